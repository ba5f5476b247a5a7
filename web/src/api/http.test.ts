import { describe, expect, it, vi } from "vitest";
import { problem, serve } from "@/test/server";
import { ApiError, artworkUrl, get, request, send, url } from "./http";

async function failure(call: Promise<unknown>): Promise<ApiError> {
  return call.then(
    () => Promise.reject(new Error("did not fail")),
    (error: unknown) => error as ApiError,
  );
}

describe("url", () => {
  it("carries what is given and leaves out what is not", () => {
    expect(url("/tracks", { sort: "title", offset: 0, order: undefined })).toBe("/api/v1/tracks?sort=title&offset=0");
    expect(url("/tracks")).toBe("/api/v1/tracks");
  });

  it("escapes a search", () => {
    expect(url("/search", { query: "AC/DC & 椎名" })).toBe("/api/v1/search?query=AC%2FDC+%26+%E6%A4%8E%E5%90%8D");
  });

  it("addresses covers by id and size", () => {
    expect(artworkUrl("a/b", 256)).toBe("/api/v1/artwork/a%2Fb?size=256");
  });
});

describe("get and send", () => {
  it("open the envelope", async () => {
    serve({ "GET /tracks": () => ({ data: [1, 2], total: 9 }) });
    expect(await get<number[]>("/tracks", { limit: 2 })).toMatchObject({ data: [1, 2], meta: { total: 9 } });
  });

  it("send a body as JSON, or none", async () => {
    const log = serve({ "PUT /x": () => ({ data: null }), "DELETE /x": () => ({ data: null }) });
    await send("PUT", "/x", { a: 1 });
    await send("DELETE", "/x");
    expect(log.map(({ method, body }) => [method, body])).toEqual([
      ["PUT", { a: 1 }],
      ["DELETE", undefined],
    ]);
  });

  it("turn a problem into its code and message", async () => {
    serve({ "GET /albums/x": () => problem(404, "ALBUM_NOT_FOUND", "There is no such album.") });
    const error = await failure(get("/albums/x"));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 404, code: "ALBUM_NOT_FOUND", message: "There is no such album.", requestId: "r1" });
  });

  it("say something of an answer that is no problem document", async () => {
    serve({ "GET /x": () => new Response("<h1>Bad gateway</h1>", { status: 502 }) });
    expect(await failure(get("/x"))).toMatchObject({ status: 502, code: "HTTP_ERROR", message: "The server answered 502." });
  });

  it("tell an unreachable server from a refusal", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    expect(await failure(get("/tracks"))).toMatchObject({ status: 0, code: "UNREACHABLE" });
  });

  it("let an abort be an abort", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new DOMException("Aborted", "AbortError")));
    const error = await failure(request("/x"));
    expect(error).not.toBeInstanceOf(ApiError);
    expect(error.name).toBe("AbortError");
  });
});
