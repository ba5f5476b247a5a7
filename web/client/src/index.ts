// A typed client for the REST API: paths, parameters, bodies and answers by the generated types.
import type { paths, components } from "./openapi.js";

export type { paths, components };
export type Problem = components["schemas"]["ProblemDocument"];
export type Method = "get" | "post" | "put" | "patch" | "delete";

type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Parameters<O, K extends "path" | "query"> = O extends { parameters: infer A }
  ? K extends keyof A
    ? A[K]
    : never
  : never;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : never;
type Json<R> = R extends { content: { "application/json": infer A } } ? A : R extends { content: object } ? Blob : unknown;
export type Answer<O> = O extends { responses: infer R }
  ? 200 extends keyof R
    ? Json<R[200]>
    : 201 extends keyof R
      ? Json<R[201]>
      : 202 extends keyof R
        ? Json<R[202]>
        : unknown
  : unknown;

export interface Options<O> {
  path?: Parameters<O, "path">;
  query?: Parameters<O, "query">;
  body?: Body<O>;
  /** A file to send, where the operation takes one. */
  form?: FormData;
  ifMatch?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Thrown for every answer that is a problem document; `problem.code` is stable. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(problem.message);
  }
}

export interface Client {
  request<M extends Method, P extends PathsWith<M>>(
    method: M,
    path: P,
    options?: Options<Operation<P, M>>,
  ): Promise<Answer<Operation<P, M>>>;
}

/** Returns a client for the server at `baseUrl`; `send` stands in for `fetch` in tests. */
export function createClient(baseUrl: string, send: typeof fetch = fetch): Client {
  return {
    async request(method, path, options = {}) {
      const url = new URL(filled(String(path), options.path), baseUrl);
      for (const [name, value] of Object.entries(options.query ?? {})) {
        for (const each of Array.isArray(value) ? value : [value]) {
          if (each !== undefined && each !== null) url.searchParams.append(name, String(each));
        }
      }
      const headers: Record<string, string> = { Accept: "application/json" };
      if (options.body !== undefined) headers["Content-Type"] = "application/json";
      if (options.ifMatch !== undefined) headers["If-Match"] = options.ifMatch;
      if (options.idempotencyKey !== undefined) headers["Idempotency-Key"] = options.idempotencyKey;
      const body = options.body === undefined ? (options.form ?? null) : JSON.stringify(options.body);
      const response = await send(url, { method: method.toUpperCase(), headers, body, signal: options.signal ?? null });
      if (!response.ok) throw new ApiError(response.status, await problemOf(response));
      return (isJson(response) ? await response.json() : await response.blob()) as never;
    },
  };
}

function isJson(response: Response): boolean {
  return /[/+]json\b/.test(response.headers.get("content-type") ?? "");
}

/** What went wrong, also where not the server but something before it has answered. */
async function problemOf(response: Response): Promise<Problem> {
  if (isJson(response)) return (await response.json()) as Problem;
  const message = (await response.text()).slice(0, 200) || response.statusText;
  const path = new URL(response.url || "/", "http://localhost").pathname;
  const { status, statusText: title } = response;
  const told = { type: "about:blank", title, status, detail: message, instance: path, code: "HTTP_ERROR", message };
  return { ...told, details: {}, requestId: "", timestamp: new Date().toISOString(), path };
}

function filled(path: string, values: unknown): string {
  const given = (values ?? {}) as Record<string, unknown>;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
}
