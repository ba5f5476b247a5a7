import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Enhancement } from "@/api/types";
import { fakeBrowser, FakeServer, type FakeAudio } from "@/test/media";
import { PlayerCore } from "./core";
import type { CoreEvent } from "./core-state";

const OFF: Enhancement = { enabled: false, preset: "adaptive", intensity: 1 };
const WARM: Enhancement = { enabled: true, preset: "warm", intensity: 1 };
const BRIGHT: Enhancement = { enabled: true, preset: "bright", intensity: 1 };
const LEAD = { least: 0.35, first: 0.65 };

const entry = (n: number, sampleRate = 48_000) => ({ entryId: `e${n}`, trackId: `t${n}`, sampleRate });

function aPlayer() {
  const browser = fakeBrowser();
  const server = new FakeServer();
  for (const n of [1, 2, 3]) server.add(`t${n}`, 40);
  const core = new PlayerCore(server, { openGraph: browser.openGraph, lead: LEAD });
  const events: CoreEvent[] = [];
  core.on((event) => events.push(event));
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const audio = (): FakeAudio => browser.graphs.at(-1)!.audio;
  const play = async (n = 1, at = 0) => {
    void core.load(entry(n), at, true);
    await settle();
    await audio().run(0.1);
  };
  const types = () => events.map((event) => event.type);
  return { ...browser, server, core, events, types, settle, audio, play };
}

beforeEach(() => {
  vi.useFakeTimers();
});

describe("playing", () => {
  it("sounds as soon as the first segment is there, and fetches the rest in order", async () => {
    const { core, server, audio, play } = aPlayer();
    await play();
    expect(core.snapshot).toMatchObject({ phase: "ready", playing: true, sounding: true, variant: "original", rate: 48_000 });
    expect(server.log.slice(0, 4)).toEqual([
      "manifest t1 adaptive 1",
      "segment t1 original 0",
      "segment t1 original 1",
      "segment t1 original 2",
    ]);
    await audio().run(3);
    expect(core.position).toBeCloseTo(3.1, 1);
    expect(audio().heard).toEqual(["t1 original 0", "t1 original 1", "t1 original 2"]);
  });

  it("plays nothing when asked to stand ready, and starts there on play", async () => {
    const { core, audio, settle } = aPlayer();
    void core.load(entry(1), 12, false);
    await settle();
    expect(core.snapshot).toMatchObject({ phase: "ready", playing: false, sounding: false });
    expect(core.position).toBeCloseTo(12);
    core.play();
    await settle();
    await audio().run(0.2);
    expect(audio().heard).toEqual(["t1 original 3"]);
    core.pause();
    expect(audio().paused).toBe(true);
  });

  it("fetches no further than a minute ahead, and lets go of what is more than half a minute old", async () => {
    const { server, audio, play } = aPlayer();
    server.add("t1", 300);
    await play();
    const reach = () => Math.max(...audio().buffer.laid.map(({ end }) => end)) - audio().currentTime;
    expect(reach()).toBeGreaterThan(55);
    expect(reach()).toBeLessThan(75);
    await audio().run(80, 0.25);
    const oldest = Math.min(...audio().buffer.laid.map(({ start }) => start));
    expect(audio().currentTime - oldest).toBeLessThan(45);
    expect(audio().currentTime - oldest).toBeGreaterThan(28);
  });

  it("joins the next track to the sample, and says so when it is heard", async () => {
    const { core, server, audio, play, events } = aPlayer();
    server.add("t1", 5);
    await play();
    core.setNext(entry(2));
    await audio().run(4);
    const [first, second] = core.laid;
    expect(second!.start).toBe(first!.start + 5 * 48_000);
    expect(core.snapshot.entryId).toBe("e1");
    await audio().run(2);
    expect(core.snapshot.entryId).toBe("e2");
    expect(events).toContainEqual({ type: "joined", entryId: "e2", previousId: "e1" });
    expect(core.snapshot.underruns).toBe(0);
    expect(core.position).toBeCloseTo(1.1, 1);
  });

  it("takes the laid sound of a next track away when another one is to follow", async () => {
    const { core, server, audio, play } = aPlayer();
    server.add("t1", 5);
    await play();
    core.setNext(entry(2));
    await audio().run(1);
    core.setNext(entry(3));
    await audio().run(6);
    expect(audio().heard).toContain("t3 original 0");
    expect(audio().heard.some((label) => label.startsWith("t2"))).toBe(false);
  });

  it("plays to the very end and says that it ended when nothing follows", async () => {
    const { core, server, audio, play, events } = aPlayer();
    server.add("t1", 3);
    await play();
    await audio().run(4);
    expect(events).toContainEqual({ type: "ended", entryId: "e1" });
    expect(core.snapshot.sounding).toBe(false);
  });

  it("goes on with a track that is named after the end had been announced", async () => {
    const { core, server, audio, play, types } = aPlayer();
    server.add("t1", 5);
    await play();
    await audio().run(1);
    expect(audio().media.readyState).toBe("ended");
    core.setNext(entry(2));
    await audio().run(6);
    expect(audio().heard).toContain("t2 original 0");
    expect(types()).not.toContain("ended");
  });

  it("learns from the last segment where a track with an estimated length really ends", async () => {
    const { core, server, audio, play } = aPlayer();
    server.add("t1", 6.5, { exact: false, estimatedSeconds: 7 });
    await play();
    core.setNext(entry(2));
    await audio().run(2);
    const [first, second] = core.laid;
    expect(first!.frames).toBe(6.5 * 48_000);
    expect(second!.start).toBe(first!.start + 6.5 * 48_000);
  });

  it("takes a segment that is beyond the end as the end", async () => {
    const { core, server, audio, play } = aPlayer();
    server.add("t1", 7, { exact: false, estimatedSeconds: 12 });
    await play();
    core.setNext(entry(2));
    await audio().run(2);
    expect(core.laid[0]!.frames).toBe(7 * 48_000);
    expect(core.laid[1]).toBeDefined();
  });

  it("stays on one graph for tracks of one rate and opens another for a queue of another rate", async () => {
    const { core, graphs, play, settle } = aPlayer();
    await play(1);
    await play(2);
    expect(graphs).toHaveLength(1);
    void core.load(entry(3, 44_100), 0, true);
    await settle();
    expect(graphs.map((graph) => [graph.rate, graph.closed])).toEqual([
      [48_000, true],
      [44_100, false],
    ]);
  });

  it("hears only the track that was asked for last", async () => {
    const { core, server, audio, settle } = aPlayer();
    const held: (() => void)[] = [];
    server.before = (asked) => (asked.startsWith("manifest t1") ? new Promise<void>((go) => held.push(go)) : undefined);
    void core.load(entry(1), 0, true);
    await settle();
    void core.load(entry(2), 0, true);
    await settle();
    held.forEach((go) => go());
    await settle();
    await audio().run(2);
    expect(audio().heard.every((label) => label.startsWith("t2"))).toBe(true);
    expect(core.snapshot.entryId).toBe("e2");
  });

  it("begins to fetch what a load will need when it is told beforehand", async () => {
    const { core, server, settle } = aPlayer();
    core.prepare(entry(1), WARM, 3.5);
    await settle();
    expect(server.warmed).toMatchObject([{ trackId: "t1", rate: 48_000, index: 2, sound: { variant: "enhanced" } }]);
  });

  it("passes the volume on, also to a graph that is opened later", async () => {
    const { core, graphs, play } = aPlayer();
    core.setVolume(0.4);
    await play();
    expect(graphs[0]!.volume).toBe(0.4);
    core.setVolume(0.7);
    expect(graphs[0]!.volume).toBe(0.7);
  });
});

describe("seeking", () => {
  it("moves at once within what is loaded", async () => {
    const { core, server, audio, play } = aPlayer();
    await play();
    const asked = server.log.length;
    await core.seek(20);
    expect(server.log).toHaveLength(asked);
    await audio().run(0.2);
    expect(core.position).toBeCloseTo(20.2, 1);
    expect(audio().heard.at(-1)).toBe("t1 original 4");
  });

  it("fetches what is not there, standing at the target meanwhile", async () => {
    const { core, server, audio, play, settle } = aPlayer();
    server.add("t1", 600);
    await play();
    void core.seek(500);
    expect(core.position).toBe(500);
    expect(audio().paused).toBe(true);
    await settle();
    await audio().run(0.5);
    expect(core.position).toBeCloseTo(500.5, 1);
    expect(core.snapshot.sounding).toBe(true);
  });

  it("tells a slow load as a stall", async () => {
    const { core, server, play, types, settle } = aPlayer();
    server.add("t1", 600);
    await play();
    const before = types().length;
    server.before = () => new Promise<void>((go) => setTimeout(go, 1_000));
    void core.seek(500);
    await vi.advanceTimersByTimeAsync(400);
    expect(types().slice(before)).toEqual(["moved"]);
    expect(core.snapshot.sounding).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    await settle();
    expect(core.snapshot.phase).toBe("ready");
  });

  it("fetches again what the browser has thrown out on its own", async () => {
    const { core, audio, play } = aPlayer();
    await play();
    audio().buffer.laid = audio().buffer.laid.filter(({ label }) => label !== "t1 original 4");
    await core.seek(20);
    await audio().run(0.2);
    expect(audio().heard.at(-1)).toBe("t1 original 4");
  });
});

describe("changing the sound", () => {
  it("fades over ahead of the playhead and goes on in the new sound, without a gap", async () => {
    const { core, audio, play, server } = aPlayer();
    await play();
    await audio().run(2);
    void core.setEnhancement(WARM);
    await audio().run(18);
    expect(audio().heard).toEqual(["t1 original 0", "t1 original 1", "t1 original>warm", "t1 warm 3", "t1 warm 4"]);
    expect(core.snapshot).toMatchObject({ variant: "enhanced", underruns: 0 });
    const frame = Number(server.log.find((asked) => asked.startsWith("transition"))!.split(" ").at(-1));
    expect(frame / 48_000).toBeGreaterThan(2.1 + LEAD.least);
    expect(frame / 48_000).toBeLessThan(2.1 + 1);
  });

  it("lets the last of several quick choices win", async () => {
    const { core, audio, play, server } = aPlayer();
    await play();
    server.before = () => new Promise<void>((go) => setTimeout(go, 60));
    void core.setEnhancement(WARM);
    await vi.advanceTimersByTimeAsync(20);
    void core.setEnhancement(BRIGHT);
    await vi.advanceTimersByTimeAsync(20);
    void core.setEnhancement(OFF);
    await audio().run(4);
    expect(audio().heard.every((label) => label.includes("original") && !label.includes(">"))).toBe(true);
    void core.setEnhancement(BRIGHT);
    await audio().run(4);
    expect(audio().heard.at(-1)).toMatch(/^t1 bright/);
  });

  it("changes back after a transition that is not heard yet", async () => {
    const { core, audio, play } = aPlayer();
    await play();
    await core.setEnhancement(WARM);
    await core.setEnhancement(OFF);
    await audio().run(18);
    expect(audio().heard).toContain("t1 original>warm");
    expect(audio().heard).toContain("t1 warm>original");
    expect(audio().heard.at(-1)).toBe("t1 original 4");
    expect(core.snapshot.underruns).toBe(0);
  });

  it("asks again for a later place when the answer came too late", async () => {
    const { core, audio, play, server } = aPlayer();
    await play();
    await audio().run(1);
    let slow = 1;
    server.before = async (asked) => {
      if (asked.startsWith("transition") && slow-- > 0) await new Promise<void>((go) => setTimeout(go, 600));
    };
    void core.setEnhancement(WARM);
    await audio().run(8);
    expect(server.log.filter((asked) => asked.startsWith("transition"))).toHaveLength(2);
    expect(audio().heard).toContain("t1 original>warm");
    expect(core.snapshot.underruns).toBe(0);
  });

  it("lays the next track again in the new sound", async () => {
    const { core, server, audio, play } = aPlayer();
    server.add("t1", 8);
    await play();
    core.setNext(entry(2));
    await audio().run(1);
    await core.setEnhancement(WARM);
    await audio().run(9);
    expect(audio().heard.filter((label) => label.startsWith("t2"))[0]).toBe("t2 warm 0");
  });

  it("changes at rest by laying the sound under the playhead again", async () => {
    const { core, audio, play, settle, server } = aPlayer();
    await play();
    await audio().run(2);
    core.pause();
    await core.setEnhancement(WARM);
    await settle();
    expect(server.log.some((asked) => asked.startsWith("transition"))).toBe(false);
    core.play();
    await settle();
    await audio().run(0.3);
    expect(audio().heard.at(-1)).toBe("t1 warm 1");
  });

  it("hears the new sound when one goes back to what was played in the old one", async () => {
    const { core, audio, play } = aPlayer();
    await play();
    await audio().run(8);
    await core.setEnhancement(WARM);
    await audio().run(4);
    await core.seek(1.5);
    await audio().run(1);
    expect(audio().heard.at(-1)).toBe("t1 warm 1");
  });

  it("finishes a change that a seek has overtaken", async () => {
    const { core, audio, play, server } = aPlayer();
    await play();
    server.before = () => new Promise<void>((go) => setTimeout(go, 100));
    void core.setEnhancement(WARM);
    await vi.advanceTimersByTimeAsync(150);
    void core.seek(20);
    await audio().run(10);
    expect(audio().heard.at(-1)).toMatch(/^t1 warm/);
  });

  it("begins at a segment's border when no transition can be had", async () => {
    const { core, audio, play, server } = aPlayer();
    await play();
    await audio().run(1);
    server.fail("transition t1", 422, "INVALID_AUDIO", 1);
    await core.setEnhancement(WARM);
    await audio().run(9);
    expect(audio().heard.at(-1)).toMatch(/^t1 warm/);
    expect(audio().heard.some((label) => label.includes(">"))).toBe(false);
  });

  it("plays on as before and says so when the new sound cannot be had", async () => {
    const { core, audio, play, server, types } = aPlayer();
    await play();
    server.fail("manifest t1 warm 1", 500, "INTERNAL_ERROR", 9);
    void core.setEnhancement(WARM);
    await audio().run(6);
    expect(types()).toContain("unchanged");
    expect(audio().heard.at(-1)).toMatch(/^t1 original/);
  });

  it("plays the original while a track has no enhanced sound, and the enhanced one once it has", async () => {
    const { core, audio, play, server } = aPlayer();
    server.add("t1", 60, { enhanced: false });
    await core.setEnhancement(WARM);
    await play();
    expect(core.snapshot.variant).toBe("original");
    server.add("t1", 60);
    core.refresh("t1");
    await audio().run(4);
    expect(core.snapshot.variant).toBe("enhanced");
    expect(server.forgotten).toContain("t1");
    core.refresh("t9");
    expect(server.forgotten).toContain("t9");
  });

  it("uses the newest choice for a track that is still loading", async () => {
    const { core, audio, server, settle } = aPlayer();
    server.before = () => new Promise<void>((go) => setTimeout(go, 50));
    void core.load(entry(1), 0, true);
    await vi.advanceTimersByTimeAsync(60);
    void core.setEnhancement(WARM);
    await vi.advanceTimersByTimeAsync(200);
    await settle();
    await audio().run(0.5);
    expect(audio().heard).toEqual(["t1 warm 0"]);
  });
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
