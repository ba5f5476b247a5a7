import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Playlist, PlaylistEntry } from "@/api/types";
import { useApp } from "@/app/store";
import { conductor, socket } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve, type Routes } from "@/test/server";
import AddToPlaylist from "./add-to-playlist";
import { moved } from "./changes";
import { shiftOf } from "./entries";
import PlaylistView from "./playlist-view";
import PlaylistsView from "./playlists-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

function aPlaylist(number = 1, given: Partial<Playlist> = {}): Playlist {
  return {
    id: `p${number}`,
    name: `List ${number}`,
    description: "",
    trackCount: 3,
    dateAdded: "2026-02-03T12:00:00Z",
    dateModified: "2026-02-04T12:00:00Z",
    revision: 4,
    canUndo: true,
    canRedo: false,
    ...given,
  };
}

function anEntry(number: number, given: Partial<PlaylistEntry> = {}): PlaylistEntry {
  return { entryId: `e${number}`, title: `Track ${number}`, artist: "Nina Vale", duration: 180, track: aTrack(number), ...given };
}

/** Choose from a playlist's own menu. */
async function choose(user: ReturnType<typeof show>["user"], item: string): Promise<void> {
  await user.click(await screen.findByRole("button", { name: "More for this playlist" }));
  await user.click(screen.getByRole("menuitem", { name: item }));
}

const undo = () => useApp.getState().notices.at(-1)!;

describe("the playlists", () => {
  it("are listed, played, and opened", async () => {
    serve({ "GET /playlists": page([aPlaylist(1), aPlaylist(2, { description: "For rain", trackCount: 0 })]) });
    const { user, address } = show(<PlaylistsView />, "/playlists");
    await user.click(await screen.findByRole("button", { name: "Play List 1" }));
    expect(conductor.playContext).toHaveBeenCalledWith({ type: "playlist", id: "p1" });
    expect(screen.getByRole("button", { name: "Play List 2" })).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("link", { name: /List 2.*For rain/ }));
    expect(address()).toBe("/playlists/p2");
  });

  it("say so when there is none, and what went wrong", async () => {
    let works = false;
    serve({ "GET /playlists": (asked) => (works ? page([])(asked) : problem(503, "BUSY", "Come back later.")) });
    const { user } = show(<PlaylistsView />, "/playlists");
    expect(await screen.findByText("Come back later.")).toBeTruthy();
    works = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("No playlist yet")).toBeTruthy();
  });

  it("are made by a name", async () => {
    const log = serve({ "GET /playlists": page([]), "POST /playlists": () => ({ data: aPlaylist(7) }) });
    const { user, address } = show(<PlaylistsView />, "/playlists");
    await user.click(await screen.findByRole("button", { name: "New" }));
    await user.type(screen.getByRole("textbox", { name: "Name" }), " Rain {Enter}");
    await waitFor(() => expect(address()).toBe("/playlists/p7"));
    expect(log.find(({ method }) => method === "POST")?.body).toEqual({ name: "Rain", trackIds: [] });
  });

  it("come in from a file, and the lines without a track are shown", async () => {
    const report = { matched: 2, unmatchedCount: 1, unmatched: [{ line: 4, text: "gone.flac", title: null, reason: "No such file." }] };
    const log = serve({ "GET /playlists": page([]), "POST /playlists/import": () => ({ data: { playlist: aPlaylist(3), report } }) });
    const { user } = show(<PlaylistsView />, "/playlists");
    await screen.findByText("No playlist yet");
    await user.upload(screen.getByLabelText("M3U file"), new File(["#EXTM3U"], "Road trip.m3u8"));
    expect(await screen.findByText("gone.flac")).toBeTruthy();
    expect(screen.getByText("Line 4: No such file.")).toBeTruthy();
    expect(log.find(({ method }) => method === "POST")?.params).toEqual({ name: "Road trip" });
  });
});

function open(routes: Routes = {}, entries = [1, 2, 3].map((n) => anEntry(n))) {
  let list = entries;
  const one = (given: Partial<Playlist> = {}) => ({ data: aPlaylist(1, given) });
  const log = serve({
    "GET /playlists/p1": () => ({ data: { ...aPlaylist(1, { trackCount: list.length }), duration: 540, offset: 0, entries: [] } }),
    "GET /playlists/p1/tracks": (asked) => page(list)(asked),
    "POST /playlists/p1/reorder": ({ body }) => {
      const { entryId, afterEntryId } = body as { entryId: string; afterEntryId: string | null };
      list = moved(list, entryId, afterEntryId);
      return one();
    },
    "DELETE /playlists/p1/tracks/e2": () => {
      list = list.filter(({ entryId }) => entryId !== "e2");
      return one();
    },
    "POST /playlists/p1/clear": () => {
      list = [];
      return one();
    },
    "POST /playlists/p1/undo": () => {
      list = entries;
      return one();
    },
    "POST /playlists/p1/redo": () => one(),
    "PATCH /playlists/p1": () => one(),
    "DELETE /playlists/p1": () => ({ data: { id: "p1" } }),
    "POST /playlists/p1/restore": () => one(),
    "POST /playlists/p1/duplicate": () => ({ data: aPlaylist(9) }),
    "POST /processing/jobs": () => ({ data: {} }),
    ...routes,
  });
  const titles = () => screen.getAllByRole("listitem").map((item) => within(item).getByText(/^Track/).textContent);
  const sent = (method: string, path: string) => log.filter((asked) => asked.method === method && asked.path === path);
  return { ...show(<PlaylistView />, "/playlists/p1", "/playlists/:id"), log, titles, sent };
}

describe("a playlist", () => {
  it("shows what is in it and plays from there", async () => {
    const { user } = open();
    expect(await screen.findByRole("heading", { name: "List 1" })).toBeTruthy();
    expect(await screen.findByText("3 tracks · 9 min")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Play Track 2" }));
    expect(conductor.playTrack).toHaveBeenCalledWith(expect.objectContaining({ id: "t2" }), { trackId: "t2", context: { type: "playlist", id: "p1" } });
    await user.click(screen.getByRole("button", { name: "Play" }));
    expect(conductor.playContext).toHaveBeenCalledWith({ type: "playlist", id: "p1" });
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
      expect(this.getAttribute("href")).toBe("/api/v1/playlists/p1/export.m3u8");
    });
    await choose(user, "Export as M3U8");
    expect(click).toHaveBeenCalled();
    await choose(user, "Play next");
    expect(socket.request).toHaveBeenCalledWith("queue.add", { context: { type: "playlist", id: "p1" }, position: "next" });
  });

  it("is put in order by the keys of a handle, which keeps the focus", async () => {
    const { user, titles, sent } = open();
    (await screen.findByRole("button", { name: "Move Track 1" })).focus();
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(titles()).toEqual(["Track 2", "Track 1", "Track 3"]));
    expect(sent("POST", "/playlists/p1/reorder")[0]!.body).toEqual({ entryId: "e1", afterEntryId: "e2" });
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Move Track 1");
    expect(screen.getByText("Track 1 is number 2 of 3.")).toBeTruthy();
    await user.keyboard("{Home}");
    await waitFor(() => expect(titles()).toEqual(["Track 1", "Track 2", "Track 3"]));
    expect(sent("POST", "/playlists/p1/reorder")[1]!.body).toEqual({ entryId: "e1", afterEntryId: null });
  });

  it("is put in order by dragging, and Escape lets go", async () => {
    const { titles, sent } = open();
    const handle = await screen.findByRole("button", { name: "Move Track 3" });
    fireEvent.pointerDown(handle, { button: 0, clientY: 300 });
    fireEvent.pointerMove(window, { clientY: 190 });
    fireEvent.keyDown(window, { key: "Escape" });
    fireEvent.pointerUp(window);
    expect(sent("POST", "/playlists/p1/reorder")).toEqual([]);
    fireEvent.pointerDown(handle, { button: 0, clientY: 300 });
    fireEvent.pointerMove(window, { clientY: 190 });
    fireEvent.pointerUp(window);
    await waitFor(() => expect(titles()).toEqual(["Track 3", "Track 1", "Track 2"]));
  });

  it("goes back to its order where the server refuses", async () => {
    const { user, titles } = open({ "POST /playlists/p1/reorder": () => problem(409, "CONFLICT", "It has changed.") });
    (await screen.findByRole("button", { name: "Move Track 1" })).focus();
    await user.keyboard("{ArrowDown}");
    await waitFor(() => expect(undo().message).toBe("It has changed."));
    await waitFor(() => expect(titles()).toEqual(["Track 1", "Track 2", "Track 3"]));
  });

  it("lets an entry be taken out, and brings it back", async () => {
    const { user, titles } = open();
    await user.click(await screen.findByRole("button", { name: "Take out Track 2" }));
    await waitFor(() => expect(titles()).toEqual(["Track 1", "Track 3"]));
    undo().undo!();
    await waitFor(() => expect(titles()).toHaveLength(3));
  });

  it("is emptied, and filled again", async () => {
    const { user, titles } = open();
    await choose(user, "Take everything out");
    expect(await screen.findByText("Nothing in it yet")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(titles()).toHaveLength(3));
  });

  it("is renamed", async () => {
    const { user, sent } = open();
    await choose(user, "Rename…");
    const name = screen.getByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.type(name, "Rain");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(sent("PATCH", "/playlists/p1")[0]!.body).toEqual({ name: "Rain", description: "" });
  });

  it("is duplicated, and mastered to files", async () => {
    const { user, address, sent } = open();
    await choose(user, "Master to files…");
    await user.selectOptions(screen.getByRole("combobox", { name: "Files" }), "wav16");
    await user.click(screen.getByRole("button", { name: "Master" }));
    await waitFor(() => expect(sent("POST", "/processing/jobs")).toHaveLength(1));
    expect(sent("POST", "/processing/jobs")[0]).toMatchObject({ body: { type: "playlist", id: "p1", format: "wav", bitDepth: 16, title: "List 1" } });
    await choose(user, "Duplicate");
    await waitFor(() => expect(address()).toBe("/playlists/p9"));
  });

  it("is deleted, and restored", async () => {
    const { user, address, sent } = open();
    await choose(user, "Delete");
    await waitFor(() => expect(address()).toBe("/playlists"));
    undo().undo!();
    await waitFor(() => expect(sent("POST", "/playlists/p1/restore")).toHaveLength(1));
  });

  it("has more to offer in an entry's menu", async () => {
    const { user, titles } = open();
    await user.click(await screen.findByRole("button", { name: "More for Track 3" }));
    expect(screen.getByRole("menuitem", { name: "Move down" })).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("menuitem", { name: "Move up" }));
    await waitFor(() => expect(titles()).toEqual(["Track 1", "Track 3", "Track 2"]));
  });

  it("keeps what the library no longer has", async () => {
    open({}, [anEntry(1, { track: null })]);
    expect(await screen.findByText(/No longer in the library/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Play Track 1" })).toHaveProperty("disabled", true);
    expect(screen.queryByRole("button", { name: "More for Track 1" })).toBeNull();
  });

  it("says when it is gone", async () => {
    open({ "GET /playlists/p1": () => problem(404, "PLAYLIST_NOT_FOUND", "There is no such playlist.") });
    expect(await screen.findByText("There is no such playlist.")).toBeTruthy();
  });
});

describe("adding to a playlist", () => {
  it("goes into the one that is chosen", async () => {
    const log = serve({ "GET /playlists": page([aPlaylist(1)]), "POST /playlists/p1/tracks": () => ({ data: aPlaylist(1) }) });
    const onClose = vi.fn();
    const { user } = show(<AddToPlaylist track={aTrack(4)} onClose={onClose} />);
    await user.click(await screen.findByRole("button", { name: /List 1/ }));
    expect(onClose).toHaveBeenCalled();
    await waitFor(() => expect(undo().message).toBe("Added to “List 1”."));
    expect(log.find(({ method }) => method === "POST")?.body).toEqual({ trackIds: ["t4"] });
  });

  it("goes into a new one", async () => {
    const log = serve({ "GET /playlists": page([]), "POST /playlists": () => ({ data: aPlaylist(1) }) });
    const { user } = show(<AddToPlaylist track={aTrack(4)} onClose={() => undefined} />);
    await user.type(screen.getByRole("textbox", { name: "Name of a new playlist" }), "Rain{Enter}");
    await waitFor(() => expect(log.find(({ method }) => method === "POST")?.body).toEqual({ name: "Rain", trackIds: ["t4"] }));
  });
});

describe("rows that make room", () => {
  it("shift towards where the dragged one came from", () => {
    expect([0, 1, 2, 3].map((index) => shiftOf(index, 0, 2))).toEqual([0, -1, -1, 0]);
    expect([0, 1, 2, 3].map((index) => shiftOf(index, 3, 1))).toEqual([0, 1, 1, 0]);
  });
});
