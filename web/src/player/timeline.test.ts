import { describe, expect, it } from "vitest";
import type { Manifest } from "@/api/types";
import { leadFor } from "./changeover";
import { resolveSound, sameEnhancement, timelineRate, volumeGain } from "./sound";
import {
  borderFrom,
  forgetBefore,
  isComplete,
  lay,
  nextMissing,
  noteAppended,
  noteTransition,
  pruneBefore,
  segmentAt,
  transitionFrame,
} from "./timeline";

const RATE = 1000;
const ON = { enabled: true, preset: "warm", intensity: 1 };
const OFF = { ...ON, enabled: false };
/** Segments of 1, 2, 4, 10 and 3 seconds. */
const manifest = {
  frames: 20_000,
  framesExact: true,
  segments: [
    [0, 1000],
    [1000, 2000],
    [3000, 4000],
    [7000, 10_000],
    [17_000, 3000],
  ].map(([startFrame, frames], index) => ({ index, startFrame: startFrame!, frames: frames! })),
  variants: { original: { key: "o" }, enhanced: { key: "w" } },
} as unknown as Manifest;

const original = resolveSound(OFF, manifest);
const warm = resolveSound(ON, manifest);
const aLaid = () => lay({ entryId: "e1", trackId: "t1" }, 5000, manifest, original);
const whole = (index: number) => ({ ...manifest.segments[index]!, final: index === 4, blocks: null });

describe("segments", () => {
  it.each([
    [0, 0],
    [999, 0],
    [1000, 1],
    [6999, 2],
    [19_999, 4],
    [99_999, 4],
  ])("frame %i lies in segment %i", (frame, index) => {
    expect(segmentAt(manifest.segments, frame)).toBe(index);
  });

  it("finds the border at or after a frame, and none after the last", () => {
    expect([0, 1, 3000, 16_999, 17_001].map((frame) => borderFrom(manifest.segments, frame))).toEqual([0, 1, 2, 4, 5]);
    expect(borderFrom([], 3)).toBe(0);
  });

  it("are asked for in the order of playing, up to the horizon", () => {
    const track = aLaid();
    expect(nextMissing(track, 1500, Infinity)?.index).toBe(1);
    noteAppended(track, 1, original.id, whole(1));
    expect(nextMissing(track, 1500, 3000)).toBeNull();
    expect(nextMissing(track, 1500, 3001)?.index).toBe(2);
  });

  it("are complete only when the end is certain", () => {
    const track = aLaid();
    track.exact = false;
    for (const index of [0, 1, 2, 3]) noteAppended(track, index, original.id, whole(index));
    expect(isComplete(track, 0)).toBe(false);
    noteAppended(track, 4, original.id, { startFrame: 17_000, frames: 2_500, final: true, blocks: null });
    expect(track).toMatchObject({ exact: true, frames: 19_500 });
    expect(isComplete(track, 0)).toBe(true);
  });

  it("are forgotten where anything of them is gone", () => {
    const track = aLaid();
    for (const index of [0, 1, 2]) noteAppended(track, index, original.id, whole(index));
    forgetBefore(track, 5000 + 1500);
    expect([...track.appended.keys()]).toEqual([2]);
  });
});

describe("a change of sound", () => {
  it("wants the new sound from the border after its piece on", () => {
    const track = aLaid();
    for (const index of [0, 1, 2, 3]) noteAppended(track, index, original.id, whole(index));
    noteTransition(track, warm, manifest, { startFrame: 2200, frames: 800, final: false, blocks: null });
    expect(track.from).toBe(2);
    expect(track.appended.get(1)).toBe("mixed");
    expect(nextMissing(track, 1800, Infinity)?.index).toBe(2);
  });

  it("wants nothing more after a piece that reaches the end", () => {
    const track = aLaid();
    noteTransition(track, warm, manifest, { startFrame: 18_000, frames: 2000, final: true, blocks: null });
    expect(nextMissing(track, 18_000, Infinity)).toBeNull();
  });

  it("begins ahead of the playhead, after a fade still to come, and not at the very end", () => {
    const track = aLaid();
    expect(transitionFrame(track, 2000, RATE, 0.65, 0)).toBe(2650);
    expect(transitionFrame(track, 2000, RATE, 0.65, 5000 + 2700)).toBe(2700);
    expect(transitionFrame(track, 19_500, RATE, 0.65, 0)).toBeNull();
  });

  it("begins where a coded block begins", () => {
    const track = aLaid();
    noteAppended(track, 1, original.id, { startFrame: 1000, frames: 2000, final: false, blocks: { start: 1000, end: 3000, size: 460 } });
    expect(transitionFrame(track, 1000, RATE, 0.5, 0)).toBe(1000 + 2 * 460);
    expect(transitionFrame(track, 2000, RATE, 0.95, 0)).toBe(3000);
    noteTransition(track, warm, manifest, { startFrame: 1920, frames: 1080, final: false, blocks: { start: 1920, end: 3000, size: 500 } });
    expect(transitionFrame(track, 1500, RATE, 0.5, 0)).toBe(1920 + 500);
  });

  it("leaves more room in Firefox", () => {
    expect(leadFor("Mozilla/5.0 Gecko/20100101 Firefox/140.0").first).toBeGreaterThan(1);
    expect(leadFor("Mozilla/5.0 Chrome/156.0").first).toBeLessThan(1);
  });
});

describe("which sound", () => {
  it("is the original where enhancement is off, at zero, or not to be had", () => {
    expect(original).toMatchObject({ variant: "original", key: "o" });
    expect(resolveSound({ ...ON, intensity: 0 }, manifest).id).toBe(original.id);
    const without = { ...manifest, variants: { ...manifest.variants, enhanced: null } };
    expect(resolveSound(ON, without).id).toBe(original.id);
    expect(warm).toMatchObject({ variant: "enhanced", key: "w", preset: "warm" });
  });

  it("is the same for the same choice", () => {
    expect(sameEnhancement(ON, { ...ON })).toBe(true);
    expect(sameEnhancement(ON, { ...ON, intensity: 0.9 })).toBe(false);
  });
});

describe("numbers of the sound", () => {
  it("passes full volume through untouched, and is silent at zero", () => {
    expect([0, 0.5, 1, 2, -1].map(volumeGain)).toEqual([0, 0.25, 1, 1, 0]);
  });

  it("keeps the source's own rate where browsers play it", () => {
    const rates = [44_100, 96_000, 22_050, 11_025, 8_000, 32_000];
    expect(rates.map((rate) => timelineRate(rate, "flac"))).toEqual([44_100, 96_000, 44_100, 44_100, 48_000, 48_000]);
    expect([44_100, 88_200, 192_000, 8_000].map((rate) => timelineRate(rate, "aac"))).toEqual([44_100, 44_100, 48_000, 48_000]);
  });

  it("lets go of old sound in large pieces only", () => {
    expect(pruneBefore(0, 39)).toBeNull();
    expect(pruneBefore(0, 41)).toBe(11);
  });
});
