import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Enhancement } from "@/api/types";
import { aPlayer, entry, LEAD } from "@/test/player";

const OFF: Enhancement = { enabled: false, preset: "adaptive", intensity: 1 };
const WARM: Enhancement = { enabled: true, preset: "warm", intensity: 1 };
const BRIGHT: Enhancement = { enabled: true, preset: "bright", intensity: 1 };

beforeEach(() => {
  vi.useFakeTimers();
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

  it("fades from the plan of an estimate to the one of the whole", async () => {
    const { core, audio, play, server } = aPlayer();
    await core.setEnhancement(WARM);
    await play();
    await audio().run(2);
    const asked = vi.spyOn(server, "transition");
    server.planVersion = 2;
    core.refresh("t1");
    await audio().run(16);
    expect(asked.mock.calls[0]![0]).toMatchObject({ from: { key: "warm1v1" }, to: { key: "warm1v2" } });
    expect(audio().heard).toEqual(["t1 warm 0", "t1 warm 1", "t1 warm>warm", "t1 warm 3", "t1 warm 4"]);
    expect(core.snapshot.underruns).toBe(0);
  });

  it("plays each variant at the level of the listener's mode of loudness, and follows the mode", async () => {
    const { core, server, audio, graphs, play, settle } = aPlayer();
    server.gainDb = -3;
    await play();
    expect(graphs[0]!.levelDb).toBe(-3);
    await core.setEnhancement(WARM);
    expect(graphs[0]!.levelDb).toBe(-3.5);
    server.gainDb = -6;
    core.refresh();
    await settle();
    await audio().run(1);
    expect(server.forgotten).toContain("all");
    expect(graphs[0]!.levelDb).toBe(-6.5);
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
