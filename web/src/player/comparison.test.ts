import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeBrowser } from "@/test/media";
import { FakeServer } from "@/test/sounds";
import type { Side } from "./ab-graph";
import { Comparison, type SwitchedGraph } from "./comparison";

const PAIR = { trackId: "t1", key: "k", sampleRate: 48_000, preset: "warm", intensity: 1, gainDb: -3 };

beforeEach(() => {
  vi.useFakeTimers();
});

function aComparison() {
  const { openGraph, graphs } = fakeBrowser();
  const server = new FakeServer();
  server.add("t1", 40);
  const chosen: Side[] = [];
  const open = async (rate: number): Promise<SwitchedGraph> => Object.assign(await openGraph(rate, 1, "flac"), { choose: (side: Side) => void chosen.push(side) });
  const player = new Comparison(server, open);
  return { player, server, graphs, chosen, audio: () => graphs.at(-1)!.audio };
}

describe("a comparison", () => {
  it("plays both sounds in one stream and changes over without a step in it", async () => {
    const { player, audio, chosen, server, graphs } = aComparison();
    const told = vi.fn();
    player.watch(told);
    await player.load(PAIR, 12, 0.5);
    expect(player.state).toMatchObject({ playing: false, loading: false, duration: 40, side: "a" });
    expect(player.position).toBeCloseTo(12);
    expect(graphs[0]).toMatchObject({ levelDb: -3, volume: 0.25 });
    await player.play();
    await audio().run(2);
    player.choose("b");
    await audio().run(2);
    expect(chosen).toEqual(["a", "b"]);
    expect(player.position).toBeCloseTo(16, 0);
    expect(server.log.every((asked) => !asked.startsWith("transition"))).toBe(true);
    player.pause();
    expect(audio().paused).toBe(true);
    expect(told).toHaveBeenCalled();
  });

  it("goes on at the same place and on the same side with another pair", async () => {
    const { player, audio, graphs, chosen } = aComparison();
    await player.load(PAIR, 0, 1);
    await player.play();
    await audio().run(3);
    player.choose("b");
    await player.load({ ...PAIR, key: "other", preset: "bright" }, player.position, 1);
    expect(graphs[0]!.closed).toBe(true);
    expect(chosen.at(-1)).toBe("b");
    expect(player.state.playing).toBe(true);
    expect(player.position).toBeCloseTo(3, 0);
  });

  it("seeks, ends, and tells what cannot be had", async () => {
    const { player, audio, server } = aComparison();
    await player.load(PAIR, 0, 1);
    await player.seek(39.5);
    await player.play();
    await audio().run(2);
    expect(player.state.playing).toBe(false);
    server.fail("manifest t1", 404, "TRACK_NOT_FOUND", 9);
    await player.load({ ...PAIR, preset: "live" }, 0, 1);
    expect(player.state.error?.message).toContain("TRACK_NOT_FOUND");
    player.close();
    await player.play();
    expect(player.state.playing).toBe(false);
    expect(player.position).toBe(0);
  });

  it("is not laid anew under another name when its plan has changed: that is told", async () => {
    const { player, server } = aComparison();
    server.fail("segment t1", 409, "PLAN_CHANGED", 9);
    await player.load(PAIR, 0, 1);
    expect(player.state.error).not.toBeNull();
  });
});
