/** REST calls: the envelope opened, problems turned into `ApiError`. */

const BASE = "/api/v1";

/** A list becomes the same name several times. */
export type Params = Record<string, string | number | boolean | readonly string[] | undefined>;

export interface Answer<T> {
  data: T;
  meta: { total?: number; requestId?: string };
}

/** The server understood nothing, refused, or could not be reached (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId?: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export function url(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) value.forEach((one) => query.append(name, String(one)));
    else if (value !== undefined) query.set(name, String(value));
  }
  const text = query.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

/** Whether work was given up on purpose. */
export function isAbort(error: unknown): boolean {
  return (error as { name?: string } | null)?.name === "AbortError";
}

/** Fetch, and throw an `ApiError` for anything but success; an abort stays an abort. */
export async function request(target: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(target, init);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new ApiError(0, "UNREACHABLE", "The server cannot be reached.");
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as { code?: string; message?: string; requestId?: string } | null;
  return new ApiError(
    response.status,
    body?.code ?? "HTTP_ERROR",
    body?.message ?? `The server answered ${response.status}.`,
    body?.requestId,
  );
}

export async function get<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<Answer<T>> {
  const response = await request(url(path, params), signal ? { signal } : {});
  return (await response.json()) as Answer<T>;
}

export async function send<T>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<Answer<T>> {
  const init: RequestInit = { method };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  return (await (await request(url(path), init)).json()) as Answer<T>;
}

/** Address of a cover; `size` is the longest side in pixels. */
export function artworkUrl(artworkId: string, size: 64 | 128 | 256 | 512 | 1024): string {
  return url(`/artwork/${encodeURIComponent(artworkId)}`, { size });
}

/** Address of the picture of a disc of an album. */
export function discArtworkUrl(albumId: string, number: number, size: 64 | 128 | 256 | 512 | 1024): string {
  return url(`/albums/${encodeURIComponent(albumId)}/discs/${number}/artwork`, { size });
}
