import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { conductor } from "@/test/auralis";
import { anAlbum, anArtist, tracks } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve } from "@/test/server";
import ArtistView from "./artist-view";
import ArtistsView from "./artists-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const ARTISTS = Array.from({ length: 600 }, (_, index) => anArtist(index + 1));

describe("ArtistsView", () => {
  it("lists the artists, only those in sight, in as many columns as fit", async () => {
    serve({ "GET /artists": page(ARTISTS) });
    show(<ArtistsView />, "/artists");
    const first = await screen.findByRole("link", { name: /^Artist 1 ?2 albums · 14 tracks$/ });
    expect(first.getAttribute("href")).toBe("/artists/ar1");
    expect(first.parentElement!.children).toHaveLength(3);
    expect(screen.queryByText("Artist 300")).toBeNull();
  });

  it("fetches on as it is scrolled", async () => {
    serve({ "GET /artists": page(ARTISTS) });
    const { scroll } = show(<ArtistsView />, "/artists");
    await screen.findByText("Artist 1");
    scroll(100 * 76);
    expect(await screen.findByText("Artist 301")).toBeTruthy();
    await waitFor(() => expect(screen.queryByText("Artist 1")).toBeNull());
  });

  it("says why there is nothing to see", async () => {
    serve({ "GET /artists": () => problem(500, "BROKEN", "They left.") });
    show(<ArtistsView />, "/artists");
    expect(await screen.findByText("They left.")).toBeTruthy();
  });

  it("explains an empty library", async () => {
    serve({ "GET /artists": page([]) });
    show(<ArtistsView />, "/artists");
    expect(await screen.findByText("There is no music here yet")).toBeTruthy();
  });
});

describe("ArtistView", () => {
  const artist = { ...anArtist(3, { name: "Nina Vale" }), albums: [anAlbum(1)], tracks: tracks(4) };

  it("shows albums and tracks, and plays them all", async () => {
    serve({ "GET /artists/ar3": () => ({ data: artist }) });
    const { user } = show(<ArtistView />, "/artists/ar3", "/artists/:id");
    expect(await screen.findByRole("heading", { level: 1, name: "Nina Vale" })).toBeTruthy();
    expect(screen.getByText("1 album · 4 tracks")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Play" }));
    expect(conductor.playContext).toHaveBeenCalledExactlyOnceWith({ type: "artist", id: "ar3" });
  });

  it("plays a track among the artist's own", async () => {
    serve({ "GET /artists/ar3": () => ({ data: artist }) });
    const { user } = show(<ArtistView />, "/artists/ar3", "/artists/:id");
    await user.dblClick(await screen.findByText("Track 2"));
    expect(conductor.playTrack).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t2" }), {
      trackId: "t2",
      context: { type: "artist", id: "ar3" },
    });
  });

  it("does not speak of albums where there are none", async () => {
    serve({ "GET /artists/ar3": () => ({ data: { ...artist, albums: [] } }) });
    show(<ArtistView />, "/artists/ar3", "/artists/:id");
    expect(await screen.findByText("4 tracks")).toBeTruthy();
    expect(screen.queryByRole("heading", { name: "Albums" })).toBeNull();
  });

  it("says that an artist is gone", async () => {
    serve({});
    show(<ArtistView />, "/artists/ar3", "/artists/:id");
    expect(await screen.findByText("Nothing at /artists/ar3.")).toBeTruthy();
  });
});
