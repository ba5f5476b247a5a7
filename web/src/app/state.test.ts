import { describe, expect, it } from "vitest";
import { IDLE } from "@/player/core-state";
import { aJob, aScan, aTrack } from "@/test/factories";
import { aPlayerState, aQueue } from "@/test/socket";
import { INITIAL, isOutput, isPlaying, otherOutput, reduce, type Action, type AppState } from "./state";

const after = (...actions: Action[]): AppState => actions.reduce(reduce, INITIAL);
const ready = (given = {}): Action => ({
  type: "ready",
  data: {
    clientId: "me",
    sessionId: "me",
    serverVersion: "1.2.3",
    serverTime: 0,
    features: [], resumeToken: "token", seq: 0,
    snapshot: { player: aPlayerState(given), queue: aQueue(), scan: aScan(), analysis: aJob() },
  },
});

describe("the state", () => {
  it("takes the whole snapshot of a greeting, also an older one after a restart", () => {
    const state = after({ type: "player", data: aPlayerState({ revision: 90 }) }, ready({ revision: 3 }));
    expect(state).toMatchObject({ greeted: true, clientId: "me", serverVersion: "1.2.3", player: { revision: 3 } });
    expect(state.queue?.total).toBe(0);
  });

  it("never goes back to an older player or queue state", () => {
    const state = after(
      { type: "player", data: aPlayerState({ revision: 5, volume: 0.5 }) },
      { type: "player", data: aPlayerState({ revision: 4, volume: 0.4 }) },
      { type: "queue", data: aQueue({ revision: 2, total: 9 }) },
      { type: "queue", data: aQueue({ revision: 1, total: 1 }) },
    );
    expect(state.player?.volume).toBe(0.5);
    expect(state.queue?.total).toBe(9);
  });

  it("ends at the newest revision whatever the order of arrival", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const order = [1, 2, 3, 4, 5, 6, 7].sort((a, b) => ((a * seed * 7919) % 101) - ((b * seed * 7919) % 101));
      const state = after(...order.map((revision): Action => ({ type: "player", data: aPlayerState({ revision }) })));
      expect(state.player?.revision).toBe(7);
    }
  });

  it("has no name of its own while it is cut off", () => {
    const state = after(ready(), { type: "connection", status: "ready" }, { type: "connection", status: "waiting" });
    expect(state.clientId).toBeNull();
    expect(state.player).not.toBeNull();
  });

  it("knows who is connected without being told the whole state again", () => {
    const clients = [{ clientId: "tv", name: "Television", canOutput: true }];
    expect(after(ready(), { type: "clients", data: clients }).player?.clients).toEqual(clients);
    expect(after({ type: "clients", data: clients }).player).toBeNull();
  });

  it("keeps the last few notices, each sentence once", () => {
    const notices = ["a", "b", "a", "c", "d", "e"].map((message, id): Action => ({ type: "notice", id, level: "info", message }));
    const state = after(...notices);
    expect(state.notices.map(({ message }) => message)).toEqual(["a", "c", "d", "e"]);
    expect(reduce(state, { type: "dismiss", id: 2 }).notices.map(({ id }) => id)).toEqual([3, 4, 5]);
  });

  it("marks what plays as analysed", () => {
    const current = { entryId: "e1", lane: "context" as const, track: aTrack(1, { fingerprint: "none" }) };
    const next = { entryId: "e2", lane: "context" as const, track: aTrack(2, { fingerprint: "none" }) };
    const state = after({ type: "player", data: aPlayerState({ current, next }) }, { type: "analysed", trackId: "t1" });
    expect(state.player?.current?.track.fingerprint).toBe("full");
    expect(state.player?.next?.track.fingerprint).toBe("none");
    expect(after({ type: "analysed", trackId: "t1" }).player).toBeNull();
  });

  it("holds what is open and how it looks", () => {
    const state = after(
      { type: "panel", panel: "queue" },
      { type: "sheet", open: true },
      { type: "help", open: true },
      { type: "theme", theme: "dark" },
      { type: "scan", data: aScan({ done: 4 }) },
      { type: "analysis", data: aJob({ done: 5 }) },
      { type: "core", data: { ...IDLE, underruns: 2 } },
    );
    expect(state).toMatchObject({ panel: "queue", sheet: true, help: true, theme: "dark", scan: { done: 4 }, analysis: { done: 5 }, core: { underruns: 2 } });
  });
});

describe("what follows from it", () => {
  it("tells which client sounds", () => {
    const here = after(ready({ outputClientId: "me" }));
    expect([isOutput(here), otherOutput(here)]).toEqual([true, null]);
    const clients = [{ clientId: "tv", name: "Firefox on Linux", canOutput: true }];
    const online: Action = { type: "connection", status: "ready" };
    const there = after(ready({ outputClientId: "tv", clients }), online);
    expect(otherOutput(there)?.name).toBe("Firefox on Linux");
    expect(otherOutput(after(ready({ outputClientId: "gone", clients }), online))?.name).toBe("another device");
    expect(otherOutput(reduce(there, { type: "connection", status: "waiting" }))).toBeNull();
    expect(otherOutput(INITIAL)).toBeNull();
  });

  it("believes the server while it is there, and its own ears otherwise", () => {
    const online = after(ready({ isPlaying: true }), { type: "connection", status: "ready" });
    expect(isPlaying(online)).toBe(true);
    const cut = reduce(online, { type: "connection", status: "waiting" });
    expect(isPlaying(cut)).toBe(false);
    expect(isPlaying({ ...cut, core: { ...IDLE, playing: true } })).toBe(true);
  });
});
