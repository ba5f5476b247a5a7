import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { conductor } from "@/test/auralis";
import { anAlbum, anArtist, tracks } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve, type Asked } from "@/test/server";
import { SearchBox } from "./search-box";
import SearchView from "./search-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const FOUND = { tracks: tracks(2), albums: [anAlbum(1)], artists: [anArtist(1)], playlists: [{ id: "p1", name: "High tide", trackCount: 3 }] };
const NOTHING = { tracks: [], albums: [], artists: [], playlists: [] };

describe("SearchBox", () => {
  const box = () => screen.getByRole("searchbox", { name: "Search your music" });

  it("goes to the results while one types, as one step of history", async () => {
    const { user, address } = show(<SearchBox />, "/albums", "*?");
    const before = history.length;
    await user.type(box(), "tide");
    expect(address()).toBe("/search?q=tide");
    expect(history.length - before).toBeLessThanOrEqual(1);
  });

  it("carries any text", async () => {
    const { user, address } = show(<SearchBox />, "/", "*?");
    await user.type(box(), "AC/DC & 椎名 100%");
    expect(new URLSearchParams(address().split("?")[1]).get("q")).toBe("AC/DC & 椎名 100%");
  });

  it("keeps the filters while one types on", async () => {
    const { user, address } = show(<SearchBox />, "/search?q=tid&genre=g1", "*?");
    await user.type(box(), "e");
    expect(address()).toBe("/search?q=tide&genre=g1");
  });

  it("leads back to where one was", async () => {
    const { user, address } = show(<SearchBox />, "/albums?sort=year", "*?");
    await user.type(box(), "tide{Escape}");
    await waitFor(() => expect(address()).toBe("/albums?sort=year"));
    expect(box()).toHaveProperty("value", "");
  });

  it("is cleared by its button", async () => {
    const { user, address } = show(<SearchBox />, "/", "*?");
    await user.type(box(), "tide");
    await user.click(screen.getByRole("button", { name: "Clear the search" }));
    await waitFor(() => expect(address()).toBe("/"));
    expect(screen.queryByRole("button", { name: "Clear the search" })).toBeNull();
  });

  it("shows what the address asks for", () => {
    show(<SearchBox />, "/search?q=tide", "*?");
    expect(box()).toHaveProperty("value", "tide");
    act(() => history.pushState(null, "", "/search?q=ebb"));
    expect(box()).toHaveProperty("value", "ebb");
  });
});

describe("SearchView", () => {
  it("waits for two letters", async () => {
    const log = serve({});
    show(<SearchView />, "/search?q=t");
    expect(screen.getByText(/Two letters are enough/)).toBeTruthy();
    expect(log).toHaveLength(0);
  });

  it("shows artists, albums and tracks", async () => {
    const log = serve({ "GET /search": () => ({ data: FOUND }) });
    show(<SearchView />, "/search?q=tide%20");
    expect(await screen.findByRole("heading", { level: 1, name: "Results for “tide”" })).toBeTruthy();
    expect(within(screen.getByRole("region", { name: "Artists" })).getByText("Artist 1")).toBeTruthy();
    expect(within(screen.getByRole("region", { name: "Albums" })).getByText("Album 1")).toBeTruthy();
    expect(within(screen.getByRole("region", { name: "Tracks" })).getByText("Track 2")).toBeTruthy();
    expect(log[0]!.params.query).toBe("tide");
  });

  it("asks once one has stopped typing, and keeps the old results till then", async () => {
    const log = serve({ "GET /search": ({ params }) => ({ data: { ...NOTHING, tracks: tracks(1, params.query === "tide" ? 1 : 9) } }) });
    show(<SearchView />, "/search?q=tide", "/search");
    await screen.findByText("Track 1");
    for (const text of ["tided", "tidedr", "tidedri"]) act(() => history.replaceState(null, "", `/search?q=${text}`));
    expect(screen.getByText("Track 1")).toBeTruthy();
    expect(await screen.findByText("Track 9")).toBeTruthy();
    expect(log.map(({ params }) => params.query)).toEqual(["tide", "tidedri"]);
  });

  it("plays a track with the search as its context", async () => {
    serve({ "GET /search": () => ({ data: FOUND }) });
    const { user } = show(<SearchView />, "/search?q=tide");
    await user.dblClick(await screen.findByText("Track 2"));
    expect(conductor.playTrack).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t2" }), {
      trackId: "t2",
      context: { type: "search", query: "tide" },
    });
  });

  it("leaves out the kinds of which nothing was found", async () => {
    serve({ "GET /search": () => ({ data: { ...NOTHING, artists: [anArtist(1)] } }) });
    show(<SearchView />, "/search?q=tide");
    await screen.findByText("Artist 1");
    expect(screen.queryByRole("region", { name: "Tracks" })).toBeNull();
    expect(screen.queryByRole("region", { name: "Albums" })).toBeNull();
  });

  it("says that nothing was found", async () => {
    serve({ "GET /search": () => ({ data: NOTHING }) });
    show(<SearchView />, "/search?q=zzz");
    expect(await screen.findByText("Nothing found for “zzz”")).toBeTruthy();
  });

  it("says what went wrong, and tries again", async () => {
    let works = false;
    serve({ "GET /search": () => (works ? { data: FOUND } : problem(503, "BUSY", "The index is being built.")) });
    const { user } = show(<SearchView />, "/search?q=tide");
    expect(await screen.findByText("The index is being built.")).toBeTruthy();
    works = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Track 1")).toBeTruthy();
  });

  describe("all tracks that are found", () => {
    const MANY = tracks(250);
    const GENRES = page([{ id: "g1", name: "Jazz", trackCount: 7 }]);

    function found(all = MANY) {
      const cut = ({ body }: Asked) => {
        const { offset, limit } = (body as { pagination: { offset: number; limit: number } }).pagination;
        return { data: all.slice(offset, offset + limit), total: all.length };
      };
      return serve({ "GET /search": () => ({ data: { ...NOTHING, tracks: MANY.slice(0, 20) } }), "POST /tracks/search": cut, "GET /library/genres": GENRES });
    }

    it("are shown where there are more than fit, page by page", async () => {
      const log = found();
      const { user, scroll } = show(<SearchView />, "/search?q=tide", "/search?");
      await user.click(await screen.findByRole("link", { name: "All tracks found" }));
      expect(await screen.findByText("250 tracks")).toBeTruthy();
      scroll(220 * 56);
      expect(await screen.findByText("Track 221")).toBeTruthy();
      expect(log.filter(({ path }) => path === "/tracks/search").every(({ body }) => (body as { query: string }).query === "tide")).toBe(true);
    });

    it("are narrowed by genre, years and rating, which the address keeps", async () => {
      const log = found();
      const { user, address } = show(<SearchView />, "/search?q=tide", "*?");
      await user.click(await screen.findByRole("button", { name: "Filter" }));
      expect(screen.queryByRole("button", { name: "Never played" })).toBeNull();
      await screen.findByRole("option", { name: /Jazz/ });
      await user.selectOptions(screen.getByRole("combobox", { name: "Genre" }), "g1");
      await user.selectOptions(await screen.findByRole("combobox", { name: "Rating" }), "3");
      await user.type(screen.getByRole("textbox", { name: "From year" }), "1990{Enter}");
      await waitFor(() => expect(address()).toBe("/search?q=tide&genre=g1&ratingMin=3&yearMin=1990"));
      await waitFor(() =>
        expect(log.at(-1)!.body).toMatchObject({ query: "tide", filters: { genres: ["g1"], year: { min: 1990 }, rating: { min: 3 } } }),
      );
    });

    it("are played from the chosen one on, in their order", async () => {
      found(MANY.slice(0, 3));
      const { user } = show(<SearchView />, "/search?q=tide&ratingMin=3");
      await user.dblClick(await screen.findByText("Track 2"));
      await waitFor(() =>
        expect(conductor.playTrack).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t2" }), {
          trackId: "t2",
          context: { type: "tracks", trackIds: ["t1", "t2", "t3"] },
        }),
      );
    });

    it("may be none", async () => {
      found([]);
      show(<SearchView />, "/search?q=tide&yearMin=2050");
      expect(await screen.findByText("Nothing found is like that")).toBeTruthy();
    });
  });
});
