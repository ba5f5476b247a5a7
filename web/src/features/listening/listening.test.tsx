import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { listeningOf, withListening } from "@/api/listening";
import { useApp } from "@/app/store";
import { Now } from "@/features/playback/now";
import { TrackGrid } from "@/features/tracks/track-grid";
import { playing } from "@/test/auralis";
import { aTrack, tracks } from "@/test/factories";
import { show } from "@/test/page";
import { problem, serve } from "@/test/server";
import { Heart } from "./heart";
import { Stars } from "./stars";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

describe("a favourite", () => {
  it("is one at once, in the player too, and the server is told", async () => {
    const log = serve({ "PUT /tracks/t1/favorite": () => ({ data: {} }) });
    playing(aTrack(1));
    const { user } = show(<Now />);
    const heart = screen.getByRole("button", { name: "Favourite: Track 1" });
    expect(heart.getAttribute("aria-pressed")).toBe("false");
    await user.click(heart);
    expect(heart.getAttribute("aria-pressed")).toBe("true");
    expect(log[0]).toMatchObject({ method: "PUT", body: { favorite: true } });
  });

  it("is none any more where the server refuses, which is told", async () => {
    serve({ "PUT /tracks/t1/favorite": () => problem(500, "BROKEN", "It broke.") });
    playing(aTrack(1));
    const { user, client } = show(<Heart track={aTrack(1)} />);
    client.setQueryData(["library", "album", "a"], { tracks: tracks(2) });
    await user.click(screen.getByRole("button"));
    await waitFor(() => expect(useApp.getState().notices[0]?.message).toBe("It broke."));
    expect(useApp.getState().player?.current?.track.favorite).toBe(false);
    expect(client.getQueryData<{ tracks: { favorite: boolean }[] }>(["library", "album", "a"])!.tracks[0]!.favorite).toBe(false);
  });
});

describe("a rating", () => {
  function stars(rating: number | null) {
    const log = serve({ "PUT /tracks/t1/rating": () => ({ data: {} }) });
    const page = show(<Stars track={aTrack(1, { rating })} />);
    const slider = screen.getByRole("slider", { name: "Rating of Track 1" });
    vi.spyOn(slider, "getBoundingClientRect").mockReturnValue({ left: 100, width: 100 } as DOMRect);
    return { ...page, slider, asked: () => log.map(({ body }) => (body as { rating: number | null }).rating) };
  }

  it.each([
    [101, 1],
    [170, 4],
    [200, 5],
  ])("is what is clicked at: %d", (clientX, rating) => {
    const { slider, asked } = stars(null);
    fireEvent.click(slider, { clientX });
    expect(asked()).toEqual([rating]);
  });

  it("is taken back by a click at the same star", () => {
    const { slider, asked } = stars(4);
    fireEvent.click(slider, { clientX: 170 });
    expect(asked()).toEqual([null]);
  });

  it.each([
    ["ArrowRight", 4],
    ["ArrowLeft", 2],
    ["Home", 0],
    ["End", 5],
    ["1", 1],
    ["Delete", null],
  ])("follows the key %s", (key, rating) => {
    const { slider, asked } = stars(3);
    fireEvent.keyDown(slider, { key });
    expect(asked()).toEqual([rating]);
  });

  it("leaves other keys alone, and says what it is", () => {
    const { slider, asked } = stars(3);
    fireEvent.keyDown(slider, { key: "x" });
    fireEvent.keyDown(slider, { key: "4", ctrlKey: true });
    expect(asked()).toEqual([]);
    expect(slider.getAttribute("aria-valuetext")).toBe("3 stars");
  });
});

describe("the menu of a track", () => {
  it("opens by its button, by the keyboard, and by a right click, and is walked with the arrows", async () => {
    const { user } = show(<TrackGrid label="Songs" count={3} at={(index) => tracks(3)[index]} onPlay={() => undefined} />);
    await user.click(screen.getByRole("button", { name: "More for Track 2" }));
    expect(screen.getByRole("menu", { name: "Track 2" })).toBeTruthy();
    expect(document.activeElement?.textContent).toBe("Play now");
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement?.textContent).toBe("Play next");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("menu")).toBeNull();
    screen.getByRole("grid").focus();
    fireEvent.keyDown(screen.getByRole("grid"), { key: "F10", shiftKey: true });
    expect(screen.getByRole("menu", { name: "Track 2" })).toBeTruthy();
    await user.keyboard("{Escape}");
    fireEvent.contextMenu(screen.getByText("Track 3"));
    expect(screen.getByRole("menu", { name: "Track 3" })).toBeTruthy();
    fireEvent.pointerDown(document.body);
    expect(screen.queryByRole("menu")).toBeNull();
  });

  it("puts the track into the queue", async () => {
    const { socket } = await import("@/test/auralis");
    const { user } = show(<TrackGrid label="Songs" count={1} at={() => aTrack(1)} onPlay={() => undefined} />);
    await user.click(screen.getByRole("button", { name: "More for Track 1" }));
    await user.click(screen.getByRole("menuitem", { name: "Play next" }));
    expect(socket.request).toHaveBeenCalledWith("queue.add", { context: { type: "tracks", trackIds: ["t1"] }, position: "next" });
    await waitFor(() => expect(useApp.getState().notices[0]?.message).toBe("“Track 1” plays next."));
  });
});

describe("withListening", () => {
  it("changes a track wherever it stands, and nothing else", () => {
    const before = { pages: [{ items: tracks(2) }, { items: tracks(1, 5) }], total: 3 };
    const after = withListening(before, "t2", { favorite: true });
    expect(after.pages[0]!.items[1]!.favorite).toBe(true);
    expect(after.pages[1]).toBe(before.pages[1]);
    expect(after.pages[0]!.items[0]).toBe(before.pages[0]!.items[0]);
    expect(withListening(before, "t9", { favorite: true })).toBe(before);
  });

  it("knows a message that speaks of listening, also where a rating is taken back", () => {
    expect(listeningOf({ trackId: "t1", rating: null } as never)).toEqual({ rating: null });
    expect(listeningOf({ trackId: "t1", revision: 4 } as never)).toBeNull();
  });
});
