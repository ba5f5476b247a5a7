/** A server at the HTTP boundary: answers `fetch` by method and path, in the envelope of the real one. */

import { vi } from "vitest";

export interface Asked {
  method: string;
  path: string;
  params: Record<string, string>;
  body: unknown;
}

type Answer = { data: unknown; total?: number };
export type Routes = Record<string, (asked: Asked) => Answer | Response>;

/** An answer in the shape of a problem. */
export function problem(status: number, code: string, message: string): Response {
  return Response.json({ code, message, requestId: "r1" }, { status });
}

/** One page of `items`, as the server cuts it. */
export function page<T>(items: T[]): (asked: Asked) => Answer {
  return ({ params }) => {
    const offset = Number(params.offset ?? 0);
    return { data: items.slice(offset, offset + Number(params.limit ?? 50)), total: items.length };
  };
}

/** Serve `routes` ("GET /albums/al1"); returns what has been asked for so far. */
export function serve(routes: Routes): Asked[] {
  const log: Asked[] = [];
  vi.stubGlobal("fetch", async (target: string, init: RequestInit = {}) => {
    const address = new URL(target, "http://auralis.test");
    const asked: Asked = {
      method: init.method ?? "GET",
      path: address.pathname.replace("/api/v1", ""),
      params: Object.fromEntries(address.searchParams),
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
    };
    log.push(asked);
    const route = routes[`${asked.method} ${asked.path}`];
    if (!route) return problem(404, "NOT_FOUND", `Nothing at ${asked.path}.`);
    const answer = route(asked);
    if (answer instanceof Response) return answer;
    return Response.json({ status: "success", data: answer.data, meta: { total: answer.total } });
  });
  return log;
}
