import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aPlayerState } from "@/test/socket";
import { aTab, item } from "@/test/tab";

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

  it("carries what the listener's setting says, from the greeting on and when that changes", async () => {
    const { connect, state, core, socket, settle } = aTab();
    const chosen = vi.spyOn(core, "setQuality");
    await connect();
    expect(chosen.mock.lastCall).toEqual(["lossless"]);
    await state({ quality: "save_data" });
    expect(chosen.mock.lastCall).toEqual(["save_data"]);
    socket().push("settings.changed", { changes: [{ name: "sound.quality", value: "lossless" }] });
    await settle();
    expect(chosen.mock.lastCall).toEqual(["lossless"]);
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

  it("begins with the first sample of a track, however long the news of it took", async () => {
    const { connect, core, server, socket, settle } = aTab();
    await connect();
    server.before = () => new Promise(() => undefined);
    const position = { seconds: 0.03, serverTime: Date.now() - 200, rate: 1 };
    socket().push("player.state", aPlayerState({ revision: 2, isPlaying: true, current: item(1), outputClientId: "me", position }));
    await settle();
    expect(core.position).toBe(0);
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
    expect(socket().last("player.report")!.data).toMatchObject({ entryId: "e1", ended: true });
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
