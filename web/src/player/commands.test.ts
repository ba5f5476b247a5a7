import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aTrack } from "@/test/factories";
import { aTab, item } from "@/test/tab";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("commands", () => {
  it("prepares the sound while the server is told what to play", async () => {
    const { connect, conductor, socket, server, settle } = aTab();
    await connect();
    void conductor.playTrack(aTrack(2, { sampleRate: 48_000 }), { trackId: "t2", context: { type: "library" } });
    await settle();
    expect(server.warmed[0]).toMatchObject({ trackId: "t2", variant: "original" });
    expect(socket().last("player.play")!.data).toEqual({ trackId: "t2", context: { type: "library" } });
    void conductor.jump(item(3));
    void conductor.playContext({ type: "album", id: "al1" });
    expect(socket().all("player.play").slice(1)).toEqual([{ entryId: "e3" }, { context: { type: "album", id: "al1" } }]);
  });

  it("opens the way of the sound at a touch of the page, unless another device sounds", async () => {
    const { connect, conductor, graphs, state, settle } = aTab();
    conductor.stir();
    await connect();
    await state({ isPlaying: true, current: item(1), outputClientId: "other" });
    conductor.stir();
    await settle();
    expect(graphs).toHaveLength(0);
    await state({ isPlaying: false, current: item(1), outputClientId: null });
    conductor.stir();
    await settle();
    expect(graphs.map(({ rate }) => rate)).toEqual([48_000]);
  });

  it("lets drawing wait until the first sound, and not for ever", async () => {
    const { connect, conductor, patience, state, settle } = aTab();
    await connect();
    const draw = vi.fn();
    void conductor.playTrack(aTrack(1, { sampleRate: 48_000 }), { trackId: "t1" });
    patience.later(draw);
    await settle();
    expect(draw).not.toHaveBeenCalled();
    await state({ isPlaying: true, current: item(1) });
    expect(draw).toHaveBeenCalledTimes(1);
    void conductor.playTrack(aTrack(2, { sampleRate: 48_000 }), { trackId: "t2" });
    patience.later(draw);
    await vi.advanceTimersByTimeAsync(150);
    expect(draw).toHaveBeenCalledTimes(2);
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

  it("fetches what will be heard first before the sound is taken over, but does not wait for it for ever", async () => {
    const { connect, conductor, socket, server, state, settle } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(2), outputClientId: "other" });
    void conductor.playHere();
    expect(socket().last("player.output")).toBeUndefined();
    await settle();
    expect(server.warmed[0]).toMatchObject({ trackId: "t2", variant: "original" });
    expect(socket().last("player.output")!.data).toEqual({ clientId: "me" });
    server.warm = () => new Promise(() => undefined);
    await state({ isPlaying: true, current: item(3), outputClientId: "other" });
    void conductor.playHere();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(socket().all("player.output")).toHaveLength(2);
  });

  it("takes a press that is quicker than the server's answer for the other wish", async () => {
    const { connect, conductor, socket, state, settle } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    void conductor.toggle();
    void conductor.toggle();
    const wishes = () => socket().sent.map(({ type }) => type).filter((type) => type === "player.play" || type === "player.pause");
    expect(wishes()).toEqual(["player.pause", "player.play"]);
    await state({ isPlaying: false, current: item(1) });
    void conductor.toggle();
    expect(wishes().at(-1)).toBe("player.pause");
    socket().reply("player.pause");
    await settle();
    await state({ isPlaying: false, current: item(1) });
    await state({ isPlaying: true, current: item(1) });
    void conductor.toggle();
    expect(wishes()).toHaveLength(4);
    expect(wishes().at(-1)).toBe("player.pause");
  });

  it("follows the server again when a wish could not be met", async () => {
    const { connect, conductor, socket, state, settle } = aTab();
    await connect();
    await state({ isPlaying: true, current: item(1) });
    void conductor.toggle();
    socket().refuse("player.pause", "conflict", "Not now");
    await settle();
    void conductor.toggle();
    expect(socket().all("player.pause")).toHaveLength(2);
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
