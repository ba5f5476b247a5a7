import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { useApp } from "@/app/store";
import type { Waveform } from "@/api/types";
import { IDLE } from "@/player/core-state";
import { keepName, ownName } from "@/app/client-name";
import { conductor, currentPosition, given, playing, socket } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { serve } from "@/test/server";
import { PlayerBar } from "./player-bar";
import { barsOf, drawWaveform } from "./waveform";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const OUTLINE: Waveform = { points: 4, minimum: [-10, -100, -20, 0], maximum: [10, 90, 127, 0], rms: [5, 50, 60, 0] };

function bar(small = false) {
  const asked = serve({ "GET /tracks/t1/waveform": () => ({ data: OUTLINE }) });
  return { ...show(<PlayerBar small={small} />), asked };
}

/** What the server says of the player, changed. */
function player(change: object): void {
  act(() => given({ player: { ...useApp.getState().player!, ...change } }));
}

describe("the player bar", () => {
  it("is calm while nothing plays, and offers to play", async () => {
    const { user } = bar();
    expect(screen.getByText("Nothing is playing")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Previous track" }).hasAttribute("disabled")).toBe(true);
    await user.click(screen.getByRole("button", { name: "Play" }));
    expect(conductor.toggle).toHaveBeenCalled();
  });

  it("shows what plays and works the transport", async () => {
    playing(aTrack(1));
    player({ next: { entryId: "e2", lane: "context", track: aTrack(2) } });
    const { user } = bar();
    expect(screen.getByText("Track 1")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Nina Vale" }).getAttribute("href")).toBe("/artists/nina");
    await user.click(screen.getByRole("button", { name: "Pause" }));
    await user.click(screen.getByRole("button", { name: "Next track" }));
    await user.click(screen.getByRole("button", { name: "Previous track" }));
    expect(conductor.toggle).toHaveBeenCalledTimes(1);
    expect(conductor.next).toHaveBeenCalledTimes(1);
    expect(conductor.previous).toHaveBeenCalledTimes(1);
  });

  it("names several artists without a link, and works without an album", () => {
    const artists = [
      { id: "a", name: "A", role: "main" },
      { id: "b", name: "B", role: "main" },
    ];
    playing(aTrack(1, { artist: "A & B", artists, albumId: null, album: null, artworkId: null }));
    bar();
    expect(screen.getByText("A & B").closest("a")).toBeNull();
    expect(screen.queryByRole("link", { name: /^Album/ })).toBeNull();
  });

  it("switches the enhancement and says how it sounds", async () => {
    playing(aTrack(1));
    const { user } = bar();
    const lamp = screen.getByRole("switch", { name: "Enhancement" });
    expect(lamp.getAttribute("aria-checked")).toBe("true");
    expect(screen.getByText("Adaptive")).toBeTruthy();
    await user.click(lamp);
    expect(conductor.setEnhancement).toHaveBeenCalledWith({ enabled: false });
    act(() => given({ core: { ...IDLE, sounding: true, variant: "original" } }));
    expect(screen.getByText("Not for this track yet")).toBeTruthy();
    player({ enhancement: { enabled: false, preset: "adaptive", intensity: 1 } });
    expect(screen.getByText("As recorded")).toBeTruthy();
    await user.click(screen.getByText("As recorded"));
    expect(useApp.getState().panel).toBe("sound");
  });

  it("changes the volume, mutes and comes back to where it was", async () => {
    playing(aTrack(1));
    player({ volume: 0.8 });
    const { user } = bar();
    fireEvent.change(screen.getByRole("slider", { name: "Volume" }), { target: { value: "0.3" } });
    expect(conductor.setVolume).toHaveBeenCalledWith(0.3);
    await user.click(screen.getByRole("button", { name: "Mute" }));
    expect(conductor.setVolume).toHaveBeenLastCalledWith(0);
    player({ volume: 0 });
    await user.click(screen.getByRole("button", { name: "Unmute" }));
    expect(conductor.setVolume).toHaveBeenLastCalledWith(0.8);
  });

  it("opens and closes the panels", async () => {
    const { user } = bar();
    await user.click(screen.getByRole("button", { name: "Queue" }));
    expect(useApp.getState().panel).toBe("queue");
    await user.click(screen.getByRole("button", { name: "Queue" }));
    expect(useApp.getState().panel).toBe("none");
  });

  it("shows that a track is on its way", () => {
    playing(aTrack(1));
    given({ core: { ...IDLE, phase: "loading", playing: true } });
    bar();
    expect(screen.getByRole("button", { name: "Pause" }).dataset.loading).toBe("true");
  });
});

describe("the seek bar", () => {
  const slider = () => screen.getByRole("slider", { name: "Seek" });
  function atHand() {
    playing(aTrack(1));
    const page = bar();
    slider().getBoundingClientRect = () => ({ left: 100, width: 200, top: 0, right: 300, bottom: 0, height: 0, x: 100, y: 0, toJSON: () => "" });
    slider().setPointerCapture = () => undefined;
    return page;
  }

  it("tells where it is, in words too", () => {
    currentPosition.mockReturnValue(65);
    atHand();
    expect(slider().getAttribute("aria-valuetext")).toBe("1 minute 5 seconds of 3 minutes 0 seconds");
    expect(slider().style.getPropertyValue("--played")).toBe("36.111%");
    expect(screen.getByText("1:05")).toBeTruthy();
    currentPosition.mockReturnValue(0);
  });

  it("goes where the pointer lets go, and nowhere when that is cancelled", () => {
    atHand();
    fireEvent.pointerDown(slider(), { button: 0, clientX: 150, pointerId: 1 });
    fireEvent.pointerMove(slider(), { clientX: 180 });
    expect(conductor.seek).not.toHaveBeenCalled();
    fireEvent.pointerUp(slider(), { clientX: 200 });
    expect(conductor.seek).toHaveBeenCalledWith(90);
    fireEvent.pointerDown(slider(), { button: 0, clientX: 150, pointerId: 1 });
    fireEvent.pointerCancel(slider(), { clientX: 250 });
    fireEvent.pointerUp(slider(), { clientX: 250 });
    fireEvent.pointerDown(slider(), { button: 2, clientX: 150, pointerId: 1 });
    fireEvent.pointerUp(slider(), { clientX: 250 });
    expect(conductor.seek).toHaveBeenCalledTimes(1);
  });

  it("goes to start and end by key", () => {
    atHand();
    fireEvent.keyDown(slider(), { key: "Home" });
    fireEvent.keyDown(slider(), { key: "End" });
    fireEvent.keyDown(slider(), { key: "x" });
    expect(vi.mocked(conductor.seek).mock.calls).toEqual([[0], [175]]);
  });

  it("asks for the outline only of a track that has been analysed", async () => {
    playing(aTrack(1, { fingerprint: "none" }));
    const { asked } = bar();
    expect(asked).toHaveLength(0);
    player({ current: { entryId: "e1", lane: "context", track: aTrack(1) } });
    await vi.waitFor(() => expect(asked).toHaveLength(1));
  });
});

describe("the outline", () => {
  it("is scaled to its loudest point and keeps every peak", () => {
    const bars = barsOf(OUTLINE, 2);
    expect(bars[0]!.peak).toBeCloseTo(100 / 127);
    expect(bars[1]!.peak).toBe(1);
    expect(bars[0]!.body).toBeCloseTo(Math.sqrt((25 + 2500) / 2) / 127);
    expect(barsOf(OUTLINE, 40)).toHaveLength(40);
    expect(barsOf({ minimum: [], maximum: [], rms: [] }, 9)).toEqual([]);
  });

  it("is drawn as mirrored bars, and as a line while there is none", () => {
    const fillRect = vi.fn();
    const canvas = Object.assign(document.createElement("canvas"), { getContext: () => ({ scale: vi.fn(), fillRect }) });
    Object.defineProperties(canvas, { clientWidth: { value: 30 }, clientHeight: { value: 20 } });
    drawWaveform(canvas as unknown as HTMLCanvasElement, null);
    expect(fillRect.mock.calls).toEqual([[0, 8.5, 30, 3]]);
    fillRect.mockClear();
    drawWaveform(canvas as unknown as HTMLCanvasElement, OUTLINE);
    expect(fillRect).toHaveBeenCalledTimes(20);
  });
});

describe("several devices", () => {
  const CLIENTS = [
    { clientId: "me", name: "Chrome on Linux", canOutput: true },
    { clientId: "tv", name: "Firefox on Mac", canOutput: true },
    { clientId: "cli", name: "Script", canOutput: false },
  ];

  it("says where it plays and takes the sound here", async () => {
    playing(aTrack(1));
    given({ clientId: "me" });
    player({ clients: CLIENTS, outputClientId: "tv" });
    const { user } = bar();
    expect(screen.getByText("Playing on Firefox on Mac")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Play here" }));
    expect(conductor.playHere).toHaveBeenCalled();
  });

  it("names all devices and lets one choose among those that can sound", async () => {
    playing(aTrack(1));
    given({ clientId: "me" });
    player({ clients: CLIENTS, outputClientId: "me" });
    const { user } = bar();
    const button = screen.getByRole("button", { name: "Devices" });
    await user.click(button);
    expect(screen.getByRole("button", { name: /Script/ }).hasAttribute("disabled")).toBe(true);
    await user.click(screen.getByRole("button", { name: /Firefox on Mac/ }));
    expect(conductor.handOver).toHaveBeenCalledWith("tv");
    await user.click(button);
    await user.click(screen.getByRole("button", { name: /Chrome on Linux/ }));
    expect(conductor.handOver).toHaveBeenLastCalledWith("me");
    await user.click(button);
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("list", { name: "Devices" })).toBeNull();
    await user.click(button);
    await user.click(document.body);
    expect(screen.queryByRole("list", { name: "Devices" })).toBeNull();
  });

  it("gives this one a name, which it keeps", async () => {
    playing(aTrack(1));
    given({ clientId: "me" });
    player({ clients: CLIENTS, outputClientId: null });
    const { user } = bar();
    await user.click(screen.getByRole("button", { name: "Devices" }));
    await user.click(screen.getByRole("button", { name: "Name this device" }));
    const name = screen.getByRole("textbox", { name: "Name of this device" });
    await user.clear(name);
    await user.type(name, "Kitchen{Enter}");
    expect(socket.rename).toHaveBeenCalledWith("Kitchen");
    expect(ownName()).toBe("Kitchen");
    expect(keepName(" ")).not.toBe("Kitchen");
  });
});

describe("how the queue is played", () => {
  async function options(state: object = {}) {
    playing(aTrack(1));
    player(state);
    const setting = { name: "sound.loudness", label: "Even out the loudness", help: "", choices: ["off", "track"], value: "off", default: "off" };
    const asked = serve({ "GET /settings": () => ({ data: [setting] }), "PATCH /settings": () => ({ data: [{ ...setting, value: "track" }] }) });
    const page = show(<PlayerBar small={false} />);
    await page.user.click(screen.getByRole("button", { name: "Playing options" }));
    return { ...page, asked };
  }

  it("is shuffled and repeated by a button each", async () => {
    playing(aTrack(1));
    const { user } = bar();
    await user.click(screen.getByRole("button", { name: "Shuffle" }));
    expect(conductor.setShuffle).toHaveBeenCalledWith(true);
    for (const [mode, next] of [["off", "all"], ["all", "one"], ["one", "off"]]) {
      player({ repeat: mode });
      await user.click(screen.getByRole("button", { name: /^Repeat/ }));
      expect(conductor.setRepeat).toHaveBeenLastCalledWith(next);
    }
  });

  it("fades for as long as is chosen", async () => {
    await options({ crossfade: 3 });
    expect(screen.getByText("3 s")).toBeTruthy();
    fireEvent.change(screen.getByRole("slider", { name: "Crossfade" }), { target: { value: "8" } });
    expect(screen.getByText("8 s")).toBeTruthy();
    await vi.waitFor(() => expect(conductor.setCrossfade).toHaveBeenCalledWith(8));
  });

  it("is as loud as the listener's mode wants it", async () => {
    const { user, asked } = await options();
    await user.click(await screen.findByRole("button", { name: "Track" }));
    await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ method: "PATCH", body: { "sound.loudness": "track" } }));
  });

  it("stops after a while or at an end", async () => {
    const { user } = await options({ sleep: { at: Date.now() + 14 * 60_000, endOf: null } });
    expect(screen.getByText("14 min left")).toBeTruthy();
    const choice = screen.getByRole("combobox", { name: "Pause after" });
    for (const [chosen, sent] of [["30", { minutes: 30 }], ["track", { endOf: "track" }], ["off", {}]] as const) {
      await user.selectOptions(choice, chosen);
      expect(conductor.sleep).toHaveBeenLastCalledWith(sent);
    }
  });
});

describe("on a small screen", () => {
  it("opens the whole player with its three parts, and closes it", async () => {
    playing(aTrack(1));
    const { user } = bar(true);
    await user.click(screen.getByRole("button", { name: /Now playing:.*Track 1/ }));
    const sheet = await screen.findByRole("dialog", { name: "Player" });
    expect(sheet).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Queue" }));
    expect(screen.getByText("The queue is empty")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Sound" }));
    expect(screen.getByRole("radiogroup", { name: "Preset" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Playing" }));
    await user.click(screen.getByRole("button", { name: "Close the player" }));
    expect(useApp.getState().sheet).toBe(false);
  });

  it("closes when one follows a link in it", async () => {
    playing(aTrack(1));
    const { user } = bar(true);
    act(() => given({ sheet: true }));
    await user.click(await screen.findByRole("link", { name: "Nina Vale" }));
    expect(useApp.getState().sheet).toBe(false);
  });

  it("closes when one goes back, and stays on the page", async () => {
    const { user } = bar(true);
    const before = history.length;
    await user.click(screen.getByRole("button", { name: /Open the player/ }));
    await screen.findByRole("dialog", { name: "Player" });
    expect(history.length).toBe(before + 1);
    act(() => history.back());
    await vi.waitFor(() => expect(useApp.getState().sheet).toBe(false));
  });

  it("takes its place in the history along when it is closed", async () => {
    const { user } = bar(true);
    await user.click(screen.getByRole("button", { name: /Open the player/ }));
    expect(history.state).toEqual({ place: "sheet" });
    await user.click(await screen.findByRole("button", { name: "Close the player" }));
    await vi.waitFor(() => expect(history.state).not.toEqual({ place: "sheet" }));
  });

  it("is called by what is seen of it", () => {
    playing(aTrack(1));
    bar(true);
    const button = screen.getByRole("button", { name: /Now playing:.*Track 1.*Nina Vale.*Open the player/ });
    expect(button.hasAttribute("aria-label")).toBe(false);
  });

  it("says so while nothing plays, and switches the enhancement once it is known", async () => {
    bar(true);
    expect(screen.getByText("Nothing is playing")).toBeTruthy();
    expect(screen.getByRole("switch", { name: "Enhancement" }).hasAttribute("disabled")).toBe(true);
    playing(aTrack(1));
    player({ current: null, enhancement: { enabled: false, preset: "adaptive", intensity: 1 } });
    await userEvent.click(screen.getByRole("switch", { name: "Enhancement" }));
    expect(conductor.setEnhancement).toHaveBeenCalledWith({ enabled: true });
  });
});
