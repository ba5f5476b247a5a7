import { fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { given, playing, conductor, socket } from "@/test/auralis";
import { aTrack, tracks } from "@/test/factories";
import { show } from "@/test/page";
import { TrackGrid, type Layout } from "./track-grid";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

function grid(given = tracks(30), layout: Layout = "plain") {
  const onPlay = vi.fn();
  const page = show(<TrackGrid label="Songs" count={given.length} at={(index) => given[index]} onPlay={onPlay} layout={layout} />);
  const rowOf = (name: string) => screen.getByText(name).closest<HTMLElement>("[role=row]")!;
  const chosen = () => document.querySelector("[role=row][aria-selected=true]")?.getAttribute("aria-rowindex");
  return { ...page, onPlay, rowOf, chosen };
}

describe("TrackGrid", () => {
  it("says how many rows there are, and draws only those in sight", () => {
    grid(tracks(5_000));
    const list = screen.getByRole("grid", { name: "Songs" });
    expect(list).toHaveProperty("ariaRowCount", "5001");
    expect(within(list).getAllByRole("row").length).toBeLessThan(60);
  });

  it("draws others when it is scrolled", () => {
    const { scroll } = grid(tracks(5_000));
    expect(screen.queryByText("Track 2000")).toBeNull();
    scroll(2_000 * 56);
    expect(screen.getByText("Track 2000")).toBeTruthy();
    expect(screen.queryByText("Track 1")).toBeNull();
  });

  it("plays by a double click", async () => {
    const { user, onPlay, rowOf } = grid();
    await user.dblClick(rowOf("Track 3"));
    expect(onPlay).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t3" }));
  });

  it("plays by its button, once", async () => {
    const { user, onPlay } = grid();
    await user.click(screen.getByRole("button", { name: "Play Track 4" }));
    expect(onPlay).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t4" }));
  });

  it("plays by a tap, while a click of the mouse only chooses", async () => {
    const { onPlay, rowOf, chosen } = grid();
    fireEvent(rowOf("Track 3"), click("mouse"));
    expect(onPlay).not.toHaveBeenCalled();
    expect(chosen()).toBe("4");
    fireEvent(rowOf("Track 5"), click("touch"));
    expect(onPlay).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t5" }));
  });

  it("is walked with the keys and plays the chosen row by Enter", async () => {
    const { user, onPlay, chosen } = grid(tracks(500));
    await user.tab();
    await user.tab();
    screen.getByRole("grid").focus();
    expect(chosen()).toBe("2");
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
    expect(chosen()).toBe("3");
    await user.keyboard("{PageDown}");
    expect(chosen()).toBe("13");
    await user.keyboard("{PageUp}{PageUp}");
    expect(chosen()).toBe("2");
    await user.keyboard("{End}");
    expect(chosen()).toBe("501");
    expect(screen.getByRole("grid").getAttribute("aria-activedescendant")).toBe(document.querySelector("[aria-selected=true]")!.id);
    await user.keyboard("{ArrowDown}{Enter}");
    expect(onPlay).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t500" }));
    await user.keyboard("{Home}");
    expect(chosen()).toBe("2");
  });

  it("leaves keys with modifiers, and others, to the page", async () => {
    const { user, onPlay, chosen } = grid();
    screen.getByRole("grid").focus();
    await user.keyboard("{Control>}{ArrowDown}{/Control}{Alt>}{Enter}{/Alt}x");
    expect(chosen()).toBe("2");
    expect(onPlay).not.toHaveBeenCalled();
  });

  it("does not play from a link in the row", async () => {
    const { user, onPlay, address } = grid();
    await user.click(screen.getAllByRole("link", { name: "Nina Vale" })[0]!);
    expect(address()).toBe("/artists/nina");
    expect(onPlay).not.toHaveBeenCalled();
  });

  it("marks what plays, and pauses it by its button", async () => {
    const list = tracks(5);
    playing(list[1]!);
    const { user, onPlay, rowOf } = grid(list);
    expect(rowOf("Track 2").getAttribute("aria-current")).toBe("true");
    expect(rowOf("Track 1").getAttribute("aria-current")).toBeNull();
    expect(within(rowOf("Track 2")).getByRole("img", { name: "Playing" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Pause Track 2" }));
    expect(conductor.toggle).toHaveBeenCalledOnce();
    expect(onPlay).not.toHaveBeenCalled();
  });

  it("shows a current track at rest", () => {
    const list = tracks(2);
    playing(list[0]!, false);
    given({ connection: "ready" });
    grid(list);
    expect(screen.getByRole("img", { name: "Paused" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Play Track 1" })).toBeTruthy();
  });

  it("does not play a file that is away, and says so", async () => {
    const { user, onPlay, rowOf } = grid([aTrack(1, { missing: true })]);
    expect(screen.getByText(/File is away/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Play Track 1" })).toHaveProperty("disabled", true);
    await user.dblClick(rowOf("Track 1"));
    screen.getByRole("grid").focus();
    await user.keyboard("{Enter}");
    expect(onPlay).not.toHaveBeenCalled();
  });

  it("tells what has not been analysed", () => {
    const { rowOf } = grid([aTrack(1, { fingerprint: "none" }), aTrack(2)]);
    expect(within(rowOf("Track 1")).getByRole("img", { name: "Not analysed yet" })).toBeTruthy();
    expect(within(rowOf("Track 2")).queryByRole("img")).toBeNull();
  });

  it("keeps a place for rows that are not there yet", () => {
    show(<TrackGrid label="Songs" count={3} at={() => undefined} onPlay={() => undefined} />);
    const rows = screen.getAllByRole("row").filter((row) => row.getAttribute("aria-busy") === "true");
    expect(rows.map((row) => row.getAttribute("aria-rowindex"))).toEqual(["2", "3", "4"]);
  });

  it("numbers an album by disc and track, and shows loudness", () => {
    const list = [aTrack(1), aTrack(2, { discNumber: 2, trackNumber: 1, loudnessLufs: null }), aTrack(3, { trackNumber: null })];
    const { rowOf } = grid(list, "album");
    expect(within(rowOf("Track 1")).getByText("\u221214.2 LUFS")).toBeTruthy();
    expect(within(rowOf("Track 2")).getByText("2·1")).toBeTruthy();
    expect(within(rowOf("Track 3")).getByText("3")).toBeTruthy();
    expect(screen.getByRole("columnheader", { name: "Loudness" })).toBeTruthy();
  });

  it("names what is known of a track without an artist or an album", () => {
    const { rowOf } = grid([aTrack(1, { artist: null, artists: [], albumId: null, album: null })]);
    expect(within(rowOf("Track 1")).getByText("Unknown artist")).toBeTruthy();
    expect(within(rowOf("Track 1")).queryByRole("link")).toBeNull();
  });

  it("has a menu by the right button or the menu key, and goes back to where it was opened", async () => {
    const { user, onPlay, rowOf } = grid();
    fireEvent.contextMenu(rowOf("Track 3"));
    expect(screen.getByRole("menu", { name: "Track 3" })).toBeTruthy();
    expect(document.activeElement?.textContent).toContain("Play now");
    await user.keyboard("{ArrowDown}{Enter}");
    expect(socket.request).toHaveBeenLastCalledWith("queue.add", { context: { type: "tracks", trackIds: ["t3"] }, position: "next" });
    expect(screen.queryByRole("menu")).toBeNull();
    const list = screen.getByRole("grid");
    list.focus();
    fireEvent.keyDown(list, { key: "ContextMenu" });
    await user.click(screen.getByRole("menuitem", { name: "Add to queue" }));
    expect(socket.request).toHaveBeenLastCalledWith("queue.add", { context: { type: "tracks", trackIds: ["t3"] }, position: "end" });
    fireEvent.contextMenu(rowOf("Track 5"));
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("menu")).toBeNull();
    fireEvent.contextMenu(rowOf("Track 5"));
    fireEvent.pointerDown(document.body);
    expect(screen.queryByRole("menu")).toBeNull();
    expect(onPlay).not.toHaveBeenCalled();
  });
});

function click(pointerType: string): Event {
  return Object.assign(new MouseEvent("click", { bubbles: true }), { pointerType });
}
