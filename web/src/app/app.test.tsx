import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { QueryClient } from "@tanstack/react-query";
import { IDLE } from "@/player/core-state";
import { conductor, core, currentPosition, given, playing } from "@/test/auralis";
import { aScan, aTrack, anAlbum, someStats, tracks } from "@/test/factories";
import { layOut } from "@/test/page";
import { page, serve } from "@/test/server";
import { App } from "./app";
import { listenForKeys } from "./keys";
import { useApp } from "./store";
import { chooseTheme, connectSystem } from "./system";

vi.mock("@/app/auralis", async () => ({ ...(await import("@/test/auralis")), queryClient: new QueryClient() }));

const handlers: Record<string, (details: object) => void> = {};
const mediaSession = {
  playbackState: "none",
  metadata: null as object | null,
  setPositionState: vi.fn(),
  setActionHandler: (action: string, handler: (details: object) => void) => {
    if (action === "seekforward") throw new TypeError("unknown here");
    handlers[action] = handler;
  },
};

let ends: (() => void)[] = [];

function open(path = "/") {
  layOut();
  history.replaceState(null, "", path);
  serve({
    "GET /tracks": page(tracks(30)),
    "GET /albums": page([anAlbum(1), anAlbum(2)]),
    "GET /artists": page([]),
    "GET /library/stats": () => ({ data: someStats() }),
    "GET /library/folders": () => ({ data: [] }),
    "GET /library/problems": page([]),
  });
  render(<App />);
  return userEvent.setup();
}

beforeEach(() => {
  Object.defineProperty(navigator, "mediaSession", { value: mediaSession, configurable: true });
  vi.stubGlobal("MediaMetadata", class {
    constructor(readonly given: object) {}
  });
  localStorage.clear();
  ends = [connectSystem(), listenForKeys()];
});
afterEach(() => ends.forEach((end) => end()));

describe("the page", () => {
  it("begins with the library and goes from place to place", async () => {
    const user = open();
    expect(await screen.findByRole("heading", { level: 1, name: "Library" })).toBeTruthy();
    await user.click(screen.getByRole("link", { name: "Albums" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Albums" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Albums" }).getAttribute("aria-current")).toBe("page");
    await user.click(screen.getByRole("link", { name: "Status" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Library status" })).toBeTruthy();
  });

  it("says so at an address that is none", async () => {
    open("/nowhere");
    expect(await screen.findByText("There is nothing at this address")).toBeTruthy();
  });

  it("opens panels beside the view", async () => {
    const user = open();
    await screen.findByRole("heading", { level: 1, name: "Library" });
    await user.keyboard("q");
    expect(await screen.findByRole("complementary", { name: "Queue" })).toBeTruthy();
    await user.keyboard("n");
    expect(await screen.findByRole("complementary", { name: "Sound" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close sound" }));
    expect(screen.queryByRole("complementary")).toBeNull();
  });

  it("shows in the header what the server is busy with", async () => {
    open();
    act(() => given({ scan: aScan({ state: "running", done: 5, total: 10 }) }));
    expect(await screen.findByText(/Reading your music/)).toBeTruthy();
  });

  it("is laid out for a phone", async () => {
    vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined }));
    const user = open();
    await user.click(await screen.findByRole("link", { name: "Search" }));
    expect(location.pathname).toBe("/search");
    expect(screen.queryByRole("link", { name: /Auralis, to the library/ })).toBeNull();
  });
});

describe("keys", () => {
  beforeEach(() => {
    playing(aTrack(1));
    currentPosition.mockReturnValue(100);
  });

  it.each([
    [{ key: " " }, () => expect(conductor.toggle).toHaveBeenCalled()],
    [{ key: "ArrowRight" }, () => expect(conductor.seek).toHaveBeenCalledWith(105)],
    [{ key: "ArrowLeft" }, () => expect(conductor.seek).toHaveBeenCalledWith(95)],
    [{ key: "ArrowLeft", shiftKey: true }, () => expect(conductor.seek).toHaveBeenCalledWith(70)],
    [{ key: "ArrowRight", shiftKey: true }, () => expect(conductor.seek).toHaveBeenCalledWith(130)],
    [{ key: "ArrowRight", ctrlKey: true }, () => expect(conductor.next).toHaveBeenCalled()],
    [{ key: "ArrowLeft", altKey: true }, () => expect(conductor.previous).toHaveBeenCalled()],
    [{ key: "m" }, () => expect(conductor.setVolume).toHaveBeenCalledWith(0)],
    [{ key: "-" }, () => expect(conductor.setVolume).toHaveBeenCalledWith(0.95)],
    [{ key: "+" }, () => expect(conductor.setVolume).toHaveBeenCalledWith(1)],
    [{ key: "e" }, () => expect(conductor.setEnhancement).toHaveBeenCalledWith({ enabled: false })],
    [{ key: "?" }, () => expect(useApp.getState().help).toBe(true)],
  ])("%o does what it should", (key, check) => {
    const event = new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event);
    check();
    expect(event.defaultPrevented).toBe(true);
  });

  it("leaves alone what is typed, buttons, sliders, and the browser's own keys", () => {
    document.body.innerHTML = '<input id="text"><button id="button">x</button><input id="range" type="range">';
    const press = (id: string, init: KeyboardEventInit) =>
      document.getElementById(id)!.dispatchEvent(new KeyboardEvent("keydown", { ...init, bubbles: true, cancelable: true }));
    press("text", { key: " " });
    press("text", { key: "m" });
    press("button", { key: " " });
    press("range", { key: "ArrowLeft" });
    press("range", { key: "ArrowRight" });
    press("button", { key: "m", ctrlKey: true });
    press("button", { key: "x" });
    expect(conductor.toggle).not.toHaveBeenCalled();
    expect(conductor.seek).not.toHaveBeenCalled();
    expect(conductor.setVolume).not.toHaveBeenCalled();
    document.body.innerHTML = "";
  });

  it("goes to the search field from anywhere", async () => {
    const user = open();
    await user.keyboard("/");
    expect(document.activeElement).toBe(screen.getByRole("searchbox"));
    (document.activeElement as HTMLElement).blur();
    await user.keyboard("{Control>}k{/Control}");
    expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  });

  it("does nothing by arrows while nothing plays", () => {
    given({ player: null });
    fireEvent.keyDown(document.body, { key: "ArrowRight" });
    fireEvent.keyDown(document.body, { key: "e" });
    expect(conductor.seek).not.toHaveBeenCalled();
  });
});

describe("the page in its surroundings", () => {
  it("has the track in its title while that plays", () => {
    playing(aTrack(1));
    expect(document.title).toBe("Track 1 · Nina Vale – Auralis");
    playing(aTrack(1, { artist: null }));
    expect(document.title).toBe("Track 1 · Unknown artist – Auralis");
    playing(aTrack(1), false);
    expect(document.title).toBe("Auralis");
  });

  it("feeds the lock screen where it sounds, and obeys it", () => {
    playing(aTrack(1));
    expect(mediaSession.metadata).toBeNull();
    given({ clientId: "me", player: { ...useApp.getState().player!, outputClientId: "me" } });
    expect(mediaSession.metadata).toMatchObject({ given: { title: "Track 1", album: "Tidelines" } });
    expect(mediaSession.playbackState).toBe("playing");
    currentPosition.mockReturnValue(50);
    for (const [action, details] of [
      ["play", {}],
      ["pause", {}],
      ["nexttrack", {}],
      ["previoustrack", {}],
      ["seekto", { seekTime: 12 }],
      ["seekto", {}],
      ["seekbackward", { seekOffset: 20 }],
    ] as const) {
      handlers[action]!(details);
    }
    expect(conductor.resume).toHaveBeenCalled();
    expect(conductor.pause).toHaveBeenCalled();
    expect(conductor.next).toHaveBeenCalled();
    expect(conductor.previous).toHaveBeenCalled();
    expect(vi.mocked(conductor.seek).mock.calls).toEqual([[12], [30]]);
  });

  it("remembers the theme, and follows the system otherwise", () => {
    chooseTheme("dark");
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("auralis.theme")).toBe("dark");
    chooseTheme("system");
    expect(document.documentElement.dataset.theme).toBeUndefined();
    localStorage.setItem("auralis.theme", "light");
    ends.push(connectSystem());
    expect(useApp.getState().theme).toBe("light");
  });

  it("changes the theme by its button", async () => {
    const user = open();
    await user.click(screen.getByRole("button", { name: "Theme: system" }));
    expect(useApp.getState().theme).toBe("light");
    await user.click(screen.getByRole("button", { name: "Keys" }));
    expect(useApp.getState().help).toBe(true);
  });

  it("shows its inside for diagnosis", () => {
    expect(window.__auralis?.captureTap()).toBeNull();
    expect(window.__auralis?.snapshot()).toMatchObject({ ...IDLE, position: 0, timeline: null, laid: [] });
    core.graph = { rate: 10, analyser: "tap", deck: { element: { currentTime: 2 } } };
    expect(window.__auralis?.captureTap()).toBe("tap");
    expect(window.__auralis?.snapshot()).toMatchObject({ timeline: 20 });
    core.graph = null;
  });
});
