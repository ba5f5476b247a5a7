import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Enhancement } from "@/api/types";
import { aTrack } from "@/test/factories";
import { aPlayer, entry } from "@/test/player";

const WARM: Enhancement = { enabled: true, preset: "warm", intensity: 1 };

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

  it("is silent once it is paused or stopped, whatever the element still says of before", async () => {
    const { core, audio, play, settle } = aPlayer();
    await play();
    core.pause();
    audio().dispatchEvent(new Event("playing"));
    expect(core.snapshot.sounding).toBe(false);
    core.play();
    await settle();
    expect(core.snapshot.sounding).toBe(true);
    core.stop();
    audio().dispatchEvent(new Event("playing"));
    expect(core.snapshot).toMatchObject({ phase: "idle", sounding: false });
  });

  it("does not take the end of the track before for the end of the one that loads", async () => {
    const { core, audio, play, events } = aPlayer();
    await play();
    void core.load(entry(2), 0, true);
    audio().dispatchEvent(new Event("ended"));
    expect(events.filter(({ type }) => type === "ended")).toEqual([]);
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
    core.prepare(aTrack(1, { sampleRate: 48_000 }), WARM, 3.5);
    await settle();
    expect(server.warmed).toMatchObject([{ trackId: "t1", rate: 48_000, index: 2, sound: { variant: "enhanced" } }]);
  });

  it("asks for the beginning of a measured track before its manifest has come", async () => {
    const { core, server } = aPlayer();
    server.before = () => new Promise(() => undefined);
    void core.prepare(aTrack(1, { sampleRate: 48_000 }), WARM, 0);
    expect(server.warmed).toEqual([{ trackId: "t1", rate: 48_000, codec: "flac", variant: "enhanced", preset: "warm", intensity: 1 }]);
    void core.prepare(aTrack(2, { sampleRate: 48_000 }), { ...WARM, enabled: false }, 0);
    expect(server.warmed[1]).toMatchObject({ trackId: "t2", variant: "original" });
    void core.prepare(aTrack(3, { sampleRate: 48_000, fingerprint: "none" }), WARM, 0);
    expect(server.warmed).toHaveLength(2);
  });

  it("opens the way of the sound before it is needed, and uses it", async () => {
    const { core, graphs, settle } = aPlayer();
    void core.prepare(aTrack(1, { sampleRate: 48_000 }), WARM, 0);
    await settle();
    expect(graphs).toHaveLength(1);
    void core.prepare(aTrack(1, { sampleRate: 48_000 }), WARM, 0);
    void core.load(entry(1), 0, true);
    await settle();
    expect(graphs).toHaveLength(1);
    expect(core.snapshot).toMatchObject({ sounding: true, rate: 48_000 });
    void core.prepare(aTrack(2, { sampleRate: 44_100 }), WARM, 0);
    void core.prepare(aTrack(2, { sampleRate: 96_000 }), WARM, 0);
    await settle();
    expect(graphs.map(({ rate, closed }) => [rate, closed])).toEqual([[48_000, false], [44_100, true], [96_000, false]]);
    expect(core.snapshot).toMatchObject({ sounding: true, rate: 48_000 });
  });

  it("has a graph at rest from the first touch of the page on, which wakes when play is pressed", async () => {
    const { core, graphs, settle } = aPlayer();
    core.stir(48_000);
    core.stir(44_100);
    await settle();
    expect(graphs.map(({ rate, context }) => [rate, context.state])).toEqual([[48_000, "suspended"]]);
    core.unlock();
    await settle();
    expect(graphs[0]!.context.state).toBe("running");
    void core.load(entry(1), 0, true);
    await settle();
    core.stir(44_100);
    expect(graphs).toHaveLength(1);
    expect(core.snapshot.sounding).toBe(true);
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
