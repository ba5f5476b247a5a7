import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { aTrack, anAlbum, tracks } from "@/test/factories";
import { page, serve } from "@/test/server";
import * as queries from "./queries";

const client = () => new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });

describe("queries", () => {
  it("fetch a page of tracks as sorted, with the total", async () => {
    const log = serve({ "GET /tracks": page(tracks(450)) });
    const found = await client().fetchQuery(queries.tracksPage("artist", "desc", 400, 200));
    expect(found.total).toBe(450);
    expect(found.items).toHaveLength(50);
    expect(log[0]!.params).toEqual({ sort: "artist", order: "desc", offset: "400", limit: "200" });
  });

  it("count the items where the server gives no total", async () => {
    serve({ "GET /library/problems": () => ({ data: [1, 2, 3] }) });
    expect((await client().fetchQuery(queries.problemsPage(0, 100) as never) as { total: number }).total).toBe(3);
  });

  it.each([
    ["album", queries.album("a b"), "GET /albums/a%20b"],
    ["artist", queries.artist("x"), "GET /artists/x"],
    ["stats", queries.stats(), "GET /library/stats"],
    ["folders", queries.folders(), "GET /library/folders"],
    ["waveform", queries.waveform("t1"), "GET /tracks/t1/waveform"],
    ["fingerprint", queries.fingerprint("t1"), "GET /fingerprints/t1"],
    ["dimensions", queries.dimensions(), "GET /fingerprints/dimensions"],
    ["manifest", queries.manifest("t1", "warm", 0.5), "GET /stream/t1/manifest"],
  ])("ask for one %s at its own address", async (_name, query, route) => {
    serve({ [route]: () => ({ data: { id: "found" } }) });
    expect(await client().fetchQuery(query as never)).toEqual({ id: "found" });
  });

  it("search from two letters on", () => {
    expect(queries.search("a").enabled).toBe(false);
    expect(queries.search("ab").enabled).toBe(true);
  });

  it("mark all of the library stale when it changes, and of a track only its own", async () => {
    serve({
      "GET /tracks": page([aTrack()]),
      "GET /albums": page([anAlbum()]),
      "GET /tracks/t1/waveform": () => ({ data: {} }),
      "GET /tracks/t2/waveform": () => ({ data: {} }),
    });
    const one = client();
    const asked = [queries.tracksPage("title", "asc", 0, 1), queries.albumsPage("title", "asc", 0, 1), queries.waveform("t1"), queries.waveform("t2")];
    for (const query of asked) await one.fetchQuery(query as never);
    const stale = () => asked.map((query) => one.getQueryState(query.queryKey)!.isInvalidated);
    queries.invalidateTrack(one, "t1");
    expect(stale()).toEqual([false, false, true, false]);
    queries.invalidateLibrary(one);
    expect(stale()).toEqual([true, true, true, false]);
  });
});
