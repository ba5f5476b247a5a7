import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PlayerState } from "@/api/types";
import { SocketClient } from "@/socket/client";
import { aTrack } from "@/test/factories";
import { fakeBrowser, FakeServer } from "@/test/media";
import { aPlayerState, FakeSocket } from "@/test/socket";
import { Conductor } from "./conductor";
import { PlayerCore } from "./core";

const item = (n: number) => ({ entryId: `e${n}`, track: aTrack(n, { sampleRate: 48_000 }) });
const OFF = { enabled: false, preset: "adaptive", intensity: 1 };

function aTab() {
  const browser = fakeBrowser();
  const server = new FakeServer();
  for (const n of [1, 2, 3, 4]) server.add(`t${n}`, 180 + n);
  const core = new PlayerCore(server, { openGraph: browser.openGraph, lead: { least: 0.35, first: 0.65 } });
  const sockets: FakeSocket[] = [];
  const client = new SocketClient({
    url: "ws://test/ws",
    clientName: "Test",
    open: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1)!;
    },
  });
  const notices: string[] = [];
  const conductor = new Conductor(client, core, (_, message) => notices.push(message));
  const end = conductor.start();
  let revision = 1;
  const socket = () => sockets.at(-1)!;
  const settle = () => vi.advanceTimersByTimeAsync(0);
  /** The server's next word. */
  const state = async (given: Partial<PlayerState>) => {
    revision += 1;
    const seconds = given.position?.seconds ?? 0;
    const position = { seconds, serverTime: Date.now(), rate: given.isPlaying ? 1 : 0 };
    socket().push("player.state", aPlayerState({ revision, enhancement: OFF, outputClientId: "me", ...given, position }));
    await settle();
  };
  const connect = async (given: Partial<PlayerState> = {}, clientId = "me") => {
    if (client.status === "closed") client.start();
    socket().open();
    socket().greet(aPlayerState({ revision, enhancement: OFF, ...given }), clientId);
    await settle();
  };
  const audio = () => browser.graphs.at(-1)!.audio;
  return { ...browser, server, core, client, conductor, notices, end, socket, sockets, settle, state, connect, audio };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a tab that is the output", () => {
  it("plays what the server says, and reports where it is", async () => {
    const { connect, state, core, socket, audio } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1), next: item(2), volume: 0.5 });
    await audio().run(0.2);
    expect(core.snapshot).toMatchObject({ entryId: "e1", sounding: true });
    expect(socket().last("player.report")!.data).toMatchObject({ entryId: "e1", isPlaying: true, underruns: 0, revision: 2 });
    await audio().run(12);
    expect(socket().all("player.report").length).toBeGreaterThanOrEqual(3);
  });

  it("sends nothing at regular times while it stands", async () => {
    const { connect, state, socket, settle } = aTab();
    await connect();
    await state({ isPlaying: false, current: item(1) });
    await settle();
    const sent = socket().sent.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(socket().sent).toHaveLength(sent);
  });

  it("pauses, seeks and stops as it is told", async () => {
    const { connect, state, core, audio } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(0.2);
    await state({ isPlaying: true, current: item(1), position: { seconds: 30, serverTime: 0, rate: 1 } });
    await audio().run(0.2);
    expect(core.position).toBeCloseTo(30.2, 0);
    await state({ isPlaying: false, current: item(1), position: { seconds: 30.2, serverTime: 0, rate: 0 } });
    expect(core.snapshot).toMatchObject({ playing: false, sounding: false });
    await state({ isPlaying: true, current: item(1), position: { seconds: 30.2, serverTime: 0, rate: 0 } });
    expect(core.snapshot.playing).toBe(true);
    await state({ current: null });
    expect(core.snapshot.phase).toBe("idle");
  });

  it("does not move for a state that is only a little off", async () => {
    const { connect, state, core, audio } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(5);
    await state({ isPlaying: true, current: item(1), volume: 0.4, position: { seconds: 4.4, serverTime: 0, rate: 1 } });
    expect(core.position).toBeCloseTo(5, 1);
  });

  it("reports a join and is not thrown back by a state from before it", async () => {
    const { connect, state, core, server, socket, audio } = aTab();
    server.add("t1", 4);
    await connect();
    await state({ isPlaying: true, current: item(1), next: item(2) });
    await audio().run(4.5);
    expect(core.snapshot.entryId).toBe("e2");
    expect(socket().last("player.report")!.data).toMatchObject({ entryId: "e2", isPlaying: true });
    await state({ isPlaying: true, current: item(1), next: item(2), volume: 0.3, position: { seconds: 4, serverTime: 0, rate: 1 } });
    expect(core.snapshot.entryId).toBe("e2");
    socket().reply("player.report");
    await state({ isPlaying: true, current: item(2), next: item(3), position: { seconds: 0.5, serverTime: 0, rate: 1 } });
    await audio().run(1);
    expect(core.snapshot).toMatchObject({ entryId: "e2", underruns: 0 });
    expect(audio().heard.filter((label) => label.startsWith("t1"))).toHaveLength(3);
  });

  it("goes back to the track before the join when that is really wanted", async () => {
    const { connect, state, core, server, socket, audio } = aTab();
    server.add("t1", 4);
    await connect();
    await state({ isPlaying: true, current: item(1), next: item(2) });
    await audio().run(4.5);
    socket().reply("player.report");
    await state({ isPlaying: true, current: item(1), next: item(2) });
    expect(core.snapshot.entryId).toBe("e2");
    await vi.advanceTimersByTimeAsync(700);
    expect(core.snapshot.entryId).toBe("e1");
  });

  it("asks for the next track when one has ended without a follower", async () => {
    const { connect, state, server, socket, audio } = aTab();
    server.add("t1", 3);
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(4);
    expect(socket().last("player.next")).toBeDefined();
  });

  it("says which track cannot be played and goes on, but not for ever", async () => {
    const { connect, state, server, socket, notices } = aTab();
    await connect();
    for (const n of [1, 2, 3]) {
      server.fail(`manifest t${n}`, 422, "UNREADABLE_AUDIO", 3);
      await state({ isPlaying: true, current: item(n), next: item(n + 1) });
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(notices[0]).toMatch(/^“Track 1” cannot be played\. .* Going on to the next one\.$/);
    expect(notices).toHaveLength(3);
    expect(socket().all("player.next")).toHaveLength(2);
    expect(socket().all("player.pause")).toHaveLength(1);
    await state({ isPlaying: false, current: item(3), next: item(4) });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(notices).toHaveLength(3);
    server.failures.clear();
    await state({ isPlaying: true, current: item(3), next: item(4) });
    expect(notices).toHaveLength(3);
  });

  it("tells that a change of sound was not possible", async () => {
    const { connect, state, server, audio, notices } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(0.2);
    server.fail("manifest t1 warm 1", 422, "INVALID_AUDIO", 2);
    await state({ isPlaying: true, current: item(1), enhancement: { enabled: true, preset: "warm", intensity: 1 } });
    expect(notices[0]).toMatch(/could not be changed/);
  });

  it("asks again for a track that has been analysed", async () => {
    const { connect, state, server, socket } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    socket().push("track.updated", { trackId: "t1", fingerprint: "full" });
    expect(server.forgotten).toContain("t1");
  });
});

describe("commands", () => {
  it("prepares the sound while the server is told what to play", async () => {
    const { connect, conductor, socket, server, settle } = aTab();
    await connect();
    void conductor.playTrack(aTrack(2, { sampleRate: 48_000 }), { trackId: "t2", context: { type: "library" } });
    await settle();
    expect(server.warmed[0]).toMatchObject({ trackId: "t2", index: 0 });
    expect(socket().last("player.play")!.data).toEqual({ trackId: "t2", context: { type: "library" } });
    void conductor.jump(item(3));
    void conductor.playContext({ type: "album", id: "al1" });
    expect(socket().all("player.play").slice(1)).toEqual([{ entryId: "e3" }, { context: { type: "album", id: "al1" } }]);
  });

  it("sends the plain ones", async () => {
    const { connect, conductor, socket, state } = aTab();
    await connect();
    await state({ isPlaying: false, current: item(1), outputClientId: null });
    void conductor.toggle();
    void conductor.next();
    void conductor.previous();
    void conductor.seek(-4);
    void conductor.playHere();
    const types = socket().sent.slice(1).map(({ type }) => type);
    expect(types).toEqual(["player.play", "player.next", "player.previous", "player.seek", "player.output"]);
    expect(socket().last("player.seek")!.data).toEqual({ position: 0 });
    expect(socket().last("player.output")!.data).toEqual({ clientId: "me" });
    await state({ isPlaying: true, current: item(1), outputClientId: "other" });
    void conductor.toggle();
    expect(socket().last("player.pause")).toBeDefined();
  });

  it("moves the sound at once and tells the server", async () => {
    const { connect, state, conductor, core, audio, socket } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(1);
    void conductor.seek(20);
    await audio().run(0.2);
    expect(core.position).toBeCloseTo(20.2, 0);
    expect(socket().last("player.seek")!.data).toEqual({ position: 20 });
  });

  it("sends at most ten positions of a slider a second, and always the last", async () => {
    const { connect, state, conductor, socket, graphs } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    for (let step = 1; step <= 40; step += 1) {
      conductor.setVolume(step / 40);
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(500);
    const sent = socket().all("player.volume");
    expect(sent.length).toBeLessThanOrEqual(6);
    expect(sent.at(-1)).toEqual({ volume: 1 });
    expect(graphs[0]!.volume).toBe(1);
  });

  it("keeps to its own choice of sound until the server has confirmed it", async () => {
    const { connect, state, conductor, core, audio, socket, settle } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(0.5);
    conductor.setEnhancement({ enabled: true, preset: "warm" });
    await state({ isPlaying: true, current: item(1), volume: 0.9, position: { seconds: 0.5, serverTime: 0, rate: 1 } });
    await audio().run(2);
    expect(core.snapshot.variant).toBe("enhanced");
    expect(socket().last("player.enhancement")!.data).toEqual({ enabled: true, preset: "warm", intensity: 1 });
    socket().reply("player.enhancement");
    await settle();
    await state({ isPlaying: true, current: item(1), position: { seconds: 2.6, serverTime: 0, rate: 1 } });
    await audio().run(2);
    expect(core.snapshot.variant).toBe("original");
  });

  it("shows why a command was refused", async () => {
    const { connect, conductor, socket, notices, settle } = aTab();
    await connect();
    void conductor.next();
    socket().refuse("player.next", "VALIDATION_ERROR", "The queue is empty.");
    await settle();
    expect(notices).toEqual(["The queue is empty."]);
  });
});

describe("several devices and broken connections", () => {
  it("is silent while another client is the output, and takes over on demand", async () => {
    const { connect, state, core, server, conductor } = aTab();
    await connect({ isPlaying: true, current: item(1), outputClientId: "other" });
    expect(core.snapshot.phase).toBe("idle");
    void conductor.playTrack(aTrack(2), { trackId: "t2" });
    expect(server.warmed).toEqual([]);
    await state({ isPlaying: true, current: item(1), position: { seconds: 40, serverTime: 0, rate: 1 } });
    expect(core.snapshot).toMatchObject({ entryId: "e1", playing: true });
    expect(core.position).toBeCloseTo(40, 0);
    await state({ isPlaying: true, current: item(1), outputClientId: "other" });
    expect(core.snapshot.phase).toBe("idle");
  });

  it("plays on without the server, obeys its own buttons, and claims the sound again when it is back", async () => {
    const { connect, state, core, conductor, audio, socket, sockets, settle } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1), next: item(2) });
    await audio().run(2);
    socket().drop();
    await audio().run(1);
    expect(core.snapshot.sounding).toBe(true);
    await conductor.toggle();
    expect(core.snapshot.playing).toBe(false);
    await conductor.toggle();
    await conductor.seek(10);
    await audio().run(2);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sockets).toHaveLength(2);
    await connect({ isPlaying: false, current: item(1), position: { seconds: 2, serverTime: Date.now(), rate: 0 } }, "me2");
    expect(core.snapshot.sounding).toBe(true);
    expect(socket().last("player.output")!.data).toEqual({ clientId: "me2" });
    socket().reply("player.output");
    await settle();
    const { entryId, startAt } = socket().last("player.play")!.data as { entryId: string; startAt: number };
    expect(entryId).toBe("e1");
    expect(startAt).toBeCloseTo(12, 0);
    await state({ isPlaying: true, current: item(1), outputClientId: "me2", position: { seconds: startAt, serverTime: 0, rate: 1 } });
    socket().reply("player.play");
    await settle();
    await audio().run(1);
    expect(core.snapshot).toMatchObject({ sounding: true, underruns: 0 });
  });

  it("falls silent when another client has taken over in the meantime", async () => {
    const { connect, state, core, audio, socket } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(1);
    socket().drop();
    await vi.advanceTimersByTimeAsync(3_000);
    await connect({ isPlaying: true, current: item(1), outputClientId: "other" }, "me2");
    expect(core.snapshot.phase).toBe("idle");
  });

  it("follows the server when its claim is refused", async () => {
    const { connect, state, core, audio, socket, settle } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    await audio().run(1);
    socket().drop();
    await vi.advanceTimersByTimeAsync(3_000);
    await connect({ current: null }, "me2");
    socket().refuse("player.output", "CLIENT_NOT_FOUND", "no");
    await settle();
    expect(core.snapshot.phase).toBe("idle");
  });

  it("stops when the socket is closed for good, and listens no longer", async () => {
    const { connect, state, core, client, end } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    client.stop();
    expect(core.snapshot.phase).toBe("idle");
    end();
  });
});
