import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { conductor } from "@/test/auralis";
import { aTrack, anAlbum, tracks } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve } from "@/test/server";
import { AlbumShelf } from "./album-shelf";
import AlbumView from "./album-view";
import AlbumsView from "./albums-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const ALBUMS = Array.from({ length: 450 }, (_, index) => anAlbum(index + 1));

describe("AlbumsView", () => {
  it("shows the newest first, and only those in sight", async () => {
    const log = serve({ "GET /albums": page(ALBUMS) });
    show(<AlbumsView />, "/albums");
    expect(await screen.findByText("Album 1")).toBeTruthy();
    expect(screen.getByText("450 albums")).toBeTruthy();
    expect(screen.queryByText("Album 200")).toBeNull();
    expect(log[0]!.params).toMatchObject({ sort: "dateAdded", order: "desc" });
  });

  it("fetches on as it is scrolled", async () => {
    serve({ "GET /albums": page(ALBUMS) });
    const { scroll } = show(<AlbumsView />, "/albums");
    await screen.findByText("Album 1");
    scroll(20_000);
    await waitFor(() => expect(screen.queryByText("Album 1")).toBeNull());
    expect((await screen.findAllByText(/^Album [34]\d\d$/)).length).toBeGreaterThan(3);
  });

  it("sorts, and keeps the choice in the address", async () => {
    const log = serve({ "GET /albums": page(ALBUMS) });
    const { user, address } = show(<AlbumsView />, "/albums");
    await user.click(await screen.findByRole("button", { name: "Artist" }));
    expect(address()).toBe("/albums?sort=artist");
    expect(screen.getByRole("button", { name: "Artist" }).getAttribute("aria-pressed")).toBe("true");
    await waitFor(() => expect(log.at(-1)!.params).toMatchObject({ sort: "artist", order: "asc" }));
  });

  it("plays an album from its cover", async () => {
    serve({ "GET /albums": page(ALBUMS.slice(0, 3)) });
    const { user } = show(<AlbumsView />, "/albums");
    await user.click(await screen.findByRole("button", { name: "Play Album 2" }));
    expect(conductor.playContext).toHaveBeenCalledExactlyOnceWith({ type: "album", id: "al2" });
  });

  it("says why there is nothing to see", async () => {
    serve({ "GET /albums": () => problem(500, "BROKEN", "The shelf fell down.") });
    show(<AlbumsView />, "/albums");
    expect(await screen.findByText("The shelf fell down.")).toBeTruthy();
  });

  it("explains an empty library", async () => {
    serve({ "GET /albums": page([]) });
    show(<AlbumsView />, "/albums");
    expect(await screen.findByText("There is no music here yet")).toBeTruthy();
  });
});

describe("AlbumShelf", () => {
  it("is not worth a shelf with one album", async () => {
    serve({ "GET /albums": page(ALBUMS.slice(0, 1)) });
    show(<AlbumShelf />);
    expect(screen.getByRole("region", { name: "Recently added" }).getAttribute("aria-busy")).toBe("true");
    await waitFor(() => expect(screen.queryByText("Recently added")).toBeNull());
  });

  it("shows a dozen and the way to all of them", async () => {
    serve({ "GET /albums": page(ALBUMS) });
    const { user, address } = show(<AlbumShelf />);
    await screen.findByText("Album 12");
    expect(screen.queryByText("Album 13")).toBeNull();
    await user.click(screen.getByRole("link", { name: "All 450 albums" }));
    expect(address()).toBe("/albums");
  });

  it("names an album that has no one artist and no year", async () => {
    serve({ "GET /albums": page([anAlbum(1, { artist: null, year: null }), anAlbum(2)]) });
    show(<AlbumShelf />);
    expect(await screen.findByText("Various artists")).toBeTruthy();
  });
});

describe("AlbumView", () => {
  const album = { ...anAlbum(7, { title: "Tidelines", trackCount: 3, duration: 543 }), tracks: tracks(3) };

  it("shows the album and plays it", async () => {
    serve({ "GET /albums/al7": () => ({ data: album }) });
    const { user } = show(<AlbumView />, "/albums/al7", "/albums/:id");
    expect(await screen.findByRole("heading", { level: 1, name: "Tidelines" })).toBeTruthy();
    expect(screen.getByText(/2021 · 3 tracks · 9 min/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Play" }));
    expect(conductor.playContext).toHaveBeenCalledExactlyOnceWith({ type: "album", id: "al7" });
  });

  it("plays a track within the album", async () => {
    serve({ "GET /albums/al7": () => ({ data: album }) });
    const { user } = show(<AlbumView />, "/albums/al7", "/albums/:id");
    await user.dblClick(await screen.findByText("Track 2"));
    expect(conductor.playTrack).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t2" }), {
      trackId: "t2",
      context: { type: "album", id: "al7" },
    });
  });

  it("shows the discs of an album with several, and plays from one", async () => {
    const discs = [1, 1, 2].map((discNumber, index) => aTrack(index + 1, { discNumber }));
    serve({ "GET /albums/al7": () => ({ data: { ...album, tracks: discs } }) });
    const { user } = show(<AlbumView />, "/albums/al7", "/albums/:id");
    const button = await screen.findByRole("button", { name: "Disc 2" });
    expect(button.querySelector("img")!.getAttribute("src")).toBe("/api/v1/albums/al7/discs/2/artwork?size=128");
    await user.click(button);
    expect(conductor.playTrack).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t3" }), {
      trackId: "t3",
      context: { type: "album", id: "al7" },
    });
  });

  it("shows no discs where there is one", async () => {
    serve({ "GET /albums/al7": () => ({ data: album }) });
    show(<AlbumView />, "/albums/al7", "/albums/:id");
    await screen.findByRole("heading", { level: 1, name: "Tidelines" });
    expect(screen.queryByRole("list", { name: "Discs" })).toBeNull();
  });

  it("leads to the album's artist where there is one", async () => {
    serve({ "GET /albums/al7": () => ({ data: album }) });
    show(<AlbumView />, "/albums/al7", "/albums/:id");
    const [link] = await screen.findAllByRole("link", { name: "Nina Vale" });
    expect(link!.getAttribute("href")).toBe("/artists/nina");
  });

  it("names a compilation", async () => {
    const mixed = { ...album, artist: null, year: null, tracks: [aTrack(1)] };
    serve({ "GET /albums/al7": () => ({ data: mixed }) });
    show(<AlbumView />, "/albums/al7", "/albums/:id");
    expect(await screen.findByText(/Various artists · 3 tracks/)).toBeTruthy();
  });

  it("says that an album is gone, and tries again", async () => {
    let there = false;
    serve({ "GET /albums/al7": () => (there ? { data: album } : problem(404, "ALBUM_NOT_FOUND", "There is no album with this id.")) });
    const { user } = show(<AlbumView />, "/albums/al7", "/albums/:id");
    expect(await screen.findByText("There is no album with this id.")).toBeTruthy();
    there = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Tidelines" })).toBeTruthy();
  });
});
