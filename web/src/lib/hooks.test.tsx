import { act, render, renderHook, screen } from "@testing-library/react";
import { useRef, useState, type ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { layOut } from "@/test/page";
import { ScrollArea, usePlacement } from "./scroll-area";
import { useScrollMemory } from "./scroll-memory";
import { useFrames } from "./use-frames";
import { useMediaQuery } from "./use-media-query";
import { useRows } from "./use-rows";

function Area({ children }: { children: ReactNode }) {
  const [area, setArea] = useState<HTMLElement | null>(null);
  return (
    <main ref={setArea} data-testid="area">
      <ScrollArea value={area}>
        <div>{children}</div>
      </ScrollArea>
    </main>
  );
}

describe("useRows", () => {
  const drawn = vi.fn();
  function List({ count }: { count: number }) {
    const { rows, height, scrollTo } = useRows({ count, rowHeight: 50, top: 0, overscan: 2 });
    drawn();
    return (
      <div style={{ height }} data-testid="list">
        {rows.map(({ index }) => (
          <p key={index}>row {index}</p>
        ))}
        <button onClick={() => scrollTo(count - 1)}>end</button>
      </div>
    );
  }
  const show = (count: number) => {
    layOut();
    render(
      <Area>
        <List count={count} />
      </Area>,
    );
    return { scroll: (top: number) => act(() => screen.getByTestId("area").scrollTo({ top })) };
  };

  it("draws anew only when other rows come into sight", () => {
    const { scroll } = show(1_000);
    drawn.mockClear();
    scroll(10);
    scroll(20);
    scroll(30);
    expect(drawn.mock.calls.length).toBeLessThanOrEqual(1);
    scroll(2_000);
    expect(screen.getByText("row 40")).toBeTruthy();
  });

  it("reaches the last of a million rows", () => {
    show(1_000_000);
    act(() => screen.getByText("end").click());
    expect(screen.getByText("row 999999")).toBeTruthy();
    expect(screen.getByTestId("list").style.height).toBe("12000000px");
  });
});

describe("usePlacement", () => {
  it("tells where an element begins in what is scrolled, and how wide it is", () => {
    layOut();
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
      return { top: this.id === "list" ? 240 : 40 } as DOMRect;
    });
    function Placed() {
      const list = useRef<HTMLDivElement>(null);
      const { top, width } = usePlacement(list);
      return (
        <div ref={list} id="list">
          {top} {width}
        </div>
      );
    }
    render(
      <Area>
        <Placed />
      </Area>,
    );
    expect(screen.getByText("200 1000")).toBeTruthy();
  });
});

describe("useScrollMemory", () => {
  function area() {
    layOut();
    return document.createElement("main");
  }

  it("begins at the top, and comes back to where one was by going back", () => {
    const main = area();
    const { rerender } = renderHook(({ address }) => useScrollMemory(main, address), { initialProps: { address: "/albums" } });
    const choose = (address: string) => {
      history.pushState(null, "", address);
      rerender({ address });
    };
    main.scrollTo({ top: 700 });
    choose("/albums/a1");
    expect(main.scrollTop).toBe(0);
    main.scrollTo({ top: 90 });
    rerender({ address: "/albums" });
    expect(main.scrollTop).toBe(700);
    history.replaceState(null, "", "/albums?sort=year");
    rerender({ address: "/albums/a1" });
    expect(main.scrollTop).toBe(90);
    choose("/albums");
    expect(main.scrollTop).toBe(0);
  });

  it("waits for something that scrolls", () => {
    const { rerender } = renderHook(({ main }: { main: HTMLElement | null }) => useScrollMemory(main, "/"), {
      initialProps: { main: null as HTMLElement | null },
    });
    const main = area();
    rerender({ main });
    expect(main.scrollTop).toBe(0);
  });
});

describe("useFrames", () => {
  it("draws after each render, and on every frame while something moves", () => {
    let next: FrameRequestCallback | null = null;
    vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => {
      next = callback;
      return 1;
    });
    vi.stubGlobal("cancelAnimationFrame", () => {
      next = null;
    });
    const draw = vi.fn();
    const { rerender, unmount } = renderHook(({ moving }) => useFrames(draw, moving), { initialProps: { moving: false } });
    expect(draw).toHaveBeenCalledTimes(1);
    expect(next).toBeNull();
    rerender({ moving: true });
    next!(0);
    next!(16);
    expect(draw).toHaveBeenCalledTimes(4);
    unmount();
    expect(next).toBeNull();
  });
});

describe("useMediaQuery", () => {
  it("follows the window", () => {
    let matches = false;
    let tell = () => undefined as void;
    vi.stubGlobal("matchMedia", () => ({
      get matches() {
        return matches;
      },
      addEventListener: (_: string, listener: () => void) => (tell = listener),
      removeEventListener: () => (tell = () => undefined),
    }));
    const { result } = renderHook(() => useMediaQuery("(max-width: 760px)"));
    expect(result.current).toBe(false);
    act(() => {
      matches = true;
      tell();
    });
    expect(result.current).toBe(true);
  });
});
