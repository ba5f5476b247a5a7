/** Puts a view on a page: router, queries, and something that scrolls. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState, type ReactNode } from "react";
import { Route, Switch } from "wouter";
import { vi } from "vitest";
import { ScrollArea } from "@/lib/scroll-area";

const WIDTH = 1000;
const HEIGHT = 800;

/** jsdom lays nothing out: every element is as large as the window, and scrolls at once. */
export function layOut(): void {
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(WIDTH);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(HEIGHT);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(WIDTH);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(HEIGHT);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(10_000_000);
  HTMLElement.prototype.scrollTo = function (this: HTMLElement, options?: ScrollToOptions | number) {
    this.scrollTop = typeof options === "object" ? (options.top ?? 0) : 0;
    this.dispatchEvent(new Event("scroll"));
  };
}

function Scrolling({ children }: { children: ReactNode }) {
  const [area, setArea] = useState<HTMLElement | null>(null);
  return (
    <main ref={setArea} data-testid="area">
      <ScrollArea value={area}>
        <div>{area && children}</div>
      </ScrollArea>
    </main>
  );
}

/** Render `view` at `path`, the pattern of which is `route`. */
export function show(view: ReactNode, path = "/", route = path.split("?")[0]!) {
  layOut();
  history.replaceState(null, "", path);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  const page = render(
    <QueryClientProvider client={client}>
      <Scrolling>
        <Switch>
          <Route path={route}>{view}</Route>
          <Route>elsewhere</Route>
        </Switch>
      </Scrolling>
    </QueryClientProvider>,
  );
  const scroll = (top: number) => act(() => page.getByTestId("area").scrollTo({ top }));
  const address = () => location.pathname + location.search;
  return { ...page, client, user: userEvent.setup(), scroll, address };
}
