import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Enhancement } from "@/api/types";
import { aPlayer, entry } from "@/test/player";

const WARM: Enhancement = { enabled: true, preset: "warm", intensity: 1 };

beforeEach(() => {
  vi.useFakeTimers();
});

describe("when things go wrong", () => {
  it("asks for the plan again when it has changed", async () => {
    const { core, audio, play, server } = aPlayer();
    await core.setEnhancement(WARM);
    server.before = (asked) => {
      if (asked === "segment t1 warm 2") server.planVersion = 2;
    };
    await play();
    await audio().run(5);
    expect(server.log.filter((asked) => asked.startsWith("manifest t1"))).toHaveLength(2);
    expect(core.snapshot.underruns).toBe(0);
  });

  it.each([
    [404, "TRACK_NOT_FOUND"],
    [422, "UNREADABLE_AUDIO"],
    [422, "UNSAFE_AUDIO"],
  ])("gives a track up at once on %i %s", async (status, code) => {
    const { core, server, settle, events } = aPlayer();
    server.fail("manifest t1", status, code);
    void core.load(entry(1), 0, true);
    await settle();
    expect(events.at(-1)).toMatchObject({ type: "failed", entryId: "e1", error: { code } });
    expect(core.snapshot.phase).toBe("idle");
  });

  it("tries again a few times when the server stumbles, then gives up", async () => {
    const { core, server, events, play } = aPlayer();
    server.fail("segment t1 original 0", 500, "INTERNAL_ERROR", 2);
    await play();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(core.snapshot.phase).toBe("ready");
    server.fail("manifest t2", 503, "UNAVAILABLE", 3);
    void core.load(entry(2), 0, true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(events.at(-1)).toMatchObject({ type: "failed", entryId: "e2" });
  });

  it("plays what lies there before it gives up on a segment further on", async () => {
    const { core, server, audio, play, events, types } = aPlayer();
    server.fail("segment t1 original 4", 422, "INVALID_AUDIO", 99);
    await play();
    await audio().run(15);
    expect(types()).not.toContain("failed");
    expect(core.snapshot.sounding).toBe(true);
    await audio().run(4);
    expect(core.snapshot.phase).toBe("idle");
    expect(events.at(-1)).toMatchObject({ type: "failed", entryId: "e1", error: { code: "INVALID_AUDIO" } });
  });

  it("goes on without a gap when a segment further on can be had after all", async () => {
    const { core, server, audio, play, types } = aPlayer();
    server.fail("segment t1 original 4", 422, "INVALID_AUDIO", 1);
    await play();
    await audio().run(25);
    expect(types()).not.toContain("failed");
    expect(core.snapshot).toMatchObject({ sounding: true, underruns: 0 });
  });

  it("waits for a server that cannot be reached for as long as it takes", async () => {
    const { core, server, types } = aPlayer();
    server.fail("manifest t1", 0, "UNREACHABLE", 12);
    void core.load(entry(1), 0, true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(core.snapshot.phase).toBe("loading");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(core.snapshot.phase).toBe("ready");
    expect(types()).not.toContain("failed");
  });

  it("counts an underrun, says so, and goes on when the sound is there", async () => {
    const { core, server, audio, play, settle } = aPlayer();
    await play();
    server.add("t1", 600);
    let stuck = true;
    void core.seek(0);
    void core.load(entry(1), 0, true);
    await settle();
    server.before = (_, signal) =>
      stuck ? new Promise<void>((_go, fail) => signal?.addEventListener("abort", () => fail(signal.reason))) : undefined;
    await audio().run(90, 0.5);
    expect(core.snapshot.underruns).toBe(1);
    expect(core.snapshot.sounding).toBe(false);
    stuck = false;
    await core.seek(core.position);
    await audio().run(2);
    expect(core.snapshot.sounding).toBe(true);
  });

  it("looks less far ahead when the browser's buffer is full", async () => {
    const { core, server, audio, settle, events } = aPlayer();
    server.add("t1", 600);
    void core.load(entry(1), 0, true);
    await settle();
    audio().buffer.capacity = 60;
    await audio().run(120, 0.25);
    expect(core.snapshot.underruns).toBe(0);
    expect(events.filter(({ type }) => type === "failed")).toEqual([]);
    expect(core.position).toBeGreaterThan(100);
  });

  it("plays elsewhere although the buffer is full of what lies ahead here", async () => {
    const { core, server, audio, settle, events } = aPlayer();
    server.add("t1", 600);
    server.add("t2", 600);
    void core.load(entry(1), 0, true);
    await settle();
    audio().buffer.capacity = 62;
    await audio().run(10, 0.25);
    for (const go of [() => core.seek(300), () => core.load(entry(2), 100, true), () => core.seek(5)]) {
      void go();
      await settle();
      await audio().run(10, 0.25);
      expect(core.snapshot).toMatchObject({ sounding: true, underruns: 0 });
    }
    expect(core.position).toBeGreaterThan(14);
    expect(events.filter(({ type }) => type === "failed")).toEqual([]);
  });

  it("leaves a next track that cannot be had for its own turn, and ends the current one properly", async () => {
    const { core, server, audio, play, events } = aPlayer();
    server.add("t1", 4);
    server.fail("manifest t2", 404, "TRACK_NOT_FOUND", 5);
    await play();
    core.setNext(entry(2));
    await audio().run(5);
    expect(events.at(-1)).toEqual({ type: "ended", entryId: "e1" });
    expect(core.laid).toHaveLength(1);
  });

  it("says that a click is needed where the browser forbids to sound, and plays after it", async () => {
    const { core, audio, settle, openGraph } = aPlayer();
    void core.load(entry(1), 0, false);
    await settle();
    audio().refuse = new DOMException("no gesture", "NotAllowedError");
    core.play();
    await settle();
    expect(core.snapshot).toMatchObject({ blocked: true, sounding: false });
    audio().refuse = null;
    core.unlock();
    await settle();
    expect(core.snapshot).toMatchObject({ blocked: false, sounding: true });
    expect(openGraph).toBeDefined();
  });

  it("fails the track whose sound the browser cannot decode, and builds anew for the next one", async () => {
    const { core, audio, play, graphs, events } = aPlayer();
    await play();
    audio().error = { code: 3 };
    audio().dispatchEvent(new Event("error"));
    expect(events.at(-1)).toMatchObject({ type: "failed", entryId: "e1" });
    await play(2);
    expect(graphs).toHaveLength(2);
    expect(core.snapshot.sounding).toBe(true);
  });

  it("is silent and empty after stop", async () => {
    const { core, audio, play } = aPlayer();
    await play();
    core.stop();
    expect(audio().paused).toBe(true);
    expect(core.snapshot).toMatchObject({ phase: "idle", entryId: null, playing: false });
    core.play();
    core.unlock();
    await core.seek(3);
    expect(core.snapshot.phase).toBe("idle");
    expect(core.position).toBe(0);
  });
});
