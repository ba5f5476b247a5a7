import { act, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { DimensionInfo, Fingerprint, Manifest, MasteringPlan } from "@/api/types";
import { useApp } from "@/app/store";
import { conductor, given, playing } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { problem, serve, type Routes } from "@/test/server";
import { bandHz, placeOf, rangeOf, smoothPath } from "./curve";
import { drawnAt } from "./dimension-scale";
import { arc, wedge } from "./polar";
import { SoundDetails } from "./sound-details";
import { pathOf } from "./path";
import { barsOf, drawSpectrum } from "./spectrum";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

function decision(stage: string, subject: string, measured: number | null, target: number | null, unit: string, change: number, changeUnit: string, reason: string) {
  return { stage, subject, measured, target, unit, change, changeUnit, reason };
}

const EQ = Array.from({ length: 31 }, (_, index) => (index === 10 ? -1.4 : 0.2));
const PLAN: MasteringPlan = {
  preset: "adaptive",
  intensity: 0.7,
  decisions: [
    decision("equalizer", "Low mids", -13.5, -8.5, "dB at equal loudness", -1.24, "dB", "Warmth piles up in the low middle."),
    decision("width", "Stage", 0.492, 0.47, "side over mid and side", -0.38, "dB of the side", "Wider than most music."),
    decision("limiter", "True peak", -1, -1, "dBTP", -0.01, "dB at the highest peaks", "Nothing has to be limited."),
    decision("dynamics", "Onsets", null, null, "dB", 2, "dB", "Each beat stands out more."),
  ],
  eqCurveDb: EQ,
  planHash: "p",
  gainDb: 0,
  ceilingDbtp: -1,
  sourceLoudnessLufs: -14.2,
  sourceTruePeakDbtp: 0.4,
  wantedLufs: -14.2,
  predictedLoudnessLufs: -14.2,
  targetLufs: -14.2,
  limitedBy: null,
};

function aManifest(given: Partial<Manifest> = {}): { data: Manifest } {
  const data: Manifest = {
    trackId: "t1",
    sampleRate: 44_100,
    sourceSampleRate: 44_100,
    sourceChannels: 2,
    frames: 1,
    framesExact: true,
    fingerprint: "full",
    confidence: 0.9,
    duration: 1,
    aac: null,
    alterations: [],
    mimeType: "",
    segments: [],
    variants: {
      original: { key: "o", loudnessLufs: -14.23, truePeakDbtp: 0.4, gainDb: 0 },
      enhanced: { key: "e", loudnessLufs: -14.2, truePeakDbtp: -1, gainDb: 0, plan: PLAN },
    },
    enhancedUnavailableReason: null,
    loudness: { mode: "off", playsAtLufs: -14.2, limitedBy: null },
    ...given,
  };
  return { data };
}

const NAMES: [string, string, string][] = [
  ["bass", "spectrum", "share"],
  ["mid", "spectrum", "share"],
  ["loudness_lufs", "level", "LUFS"],
  ["tempo_bpm", "rhythm", "BPM"],
  ["harmonic_ratio", "tonal", "ratio"],
  ["stereo_width", "stereo", "ratio"],
];
const DIMENSIONS: DimensionInfo[] = NAMES.map(([name, group, unit]) => ({ name, group, unit, low: 0, high: 1, definition: `What ${name} is.` }));
const FINGERPRINT: Fingerprint = {
  trackId: "t1",
  kind: "full",
  heardShare: 1,
  overallConfidence: 0.9,
  durationSeconds: 1,
  version: 1,
  dimensions: { bass: 0.31, mid: 0.4, loudness_lufs: -14.2, tempo_bpm: 123.6, harmonic_ratio: 0.7, stereo_width: 0.2 },
  confidence: { bass: 0.9 },
  normalised: {},
  loudnessRangeLu: 6.2,
  truePeakDbtp: 0.4,
  key: { tonic: "F#", mode: "minor", confidence: 0.8 },
  tempoAlternativeBpm: 61.8,
  beatGrid: { tempoBpm: 123.6, offsetSeconds: 0.1 },
  samplePeakDbfs: 0,
  startSilenceSeconds: 0,
  endSilenceSeconds: 0,
  thirdOctaveDb: [],
  sideThirdOctaveDb: [],
};

function panel(routes: Routes = {}) {
  serve({
    "GET /stream/t1/manifest": () => aManifest(),
    "GET /fingerprints/t1": () => ({ data: FINGERPRINT }),
    "GET /fingerprints/dimensions": () => ({ data: DIMENSIONS }),
    ...routes,
  });
  return show(<SoundDetails />);
}

describe("the controls", () => {
  it("switch, choose a preset, and set the intensity once the hand rests", async () => {
    playing(aTrack(1));
    const { user } = panel();
    await user.click(screen.getByRole("switch", { name: "Enhancement" }));
    await user.click(screen.getByRole("radio", { name: "Punchy" }));
    expect(vi.mocked(conductor.setEnhancement).mock.calls).toEqual([[{ enabled: false }], [{ preset: "punchy" }]]);
    vi.useFakeTimers();
    const slider = screen.getByRole("slider", { name: "Intensity" });
    for (const value of ["0.6", "0.5", "0.4"]) fireEvent.change(slider, { target: { value } });
    expect(slider.getAttribute("aria-valuetext")).toBe("40 percent");
    act(() => vi.advanceTimersByTime(1_000));
    vi.useRealTimers();
    expect(vi.mocked(conductor.setEnhancement).mock.calls.slice(2)).toEqual([[{ intensity: 0.4 }]]);
  });

  it("say what the chosen preset is like, and that the original is the original", async () => {
    playing(aTrack(1));
    panel();
    expect(screen.getByText(/Corrects what falls outside/)).toBeTruthy();
    act(() => given({ player: { ...useApp.getState().player!, enhancement: { enabled: false, preset: "warm", intensity: 1 } } }));
    expect(await screen.findByText("The original, nothing added")).toBeTruthy();
    expect(screen.getByText("More low-mid, a softer top.")).toBeTruthy();
  });

  it("are there while nothing plays", () => {
    panel();
    expect(screen.getByText("Nothing is playing")).toBeTruthy();
  });
});

describe("the way of the sound", () => {
  const { data } = aManifest();
  const { original, enhanced } = data.variants;
  const on = { enabled: true };
  const off = { enabled: false };

  it("adds nothing to the original only where nothing is added", () => {
    expect(pathOf(off, data, "lossless")).toBe("The original, nothing added");
    const folded = { ...data, alterations: [{ kind: "folded" as const, words: "6 channels folded down to 2" }] };
    expect(pathOf(off, folded, "lossless")).toBe("The original, 6 channels folded down to 2");
    expect(pathOf(on, folded, "lossless")).toBe("Mastered for this very track, 6 channels folded down to 2");
    const turned = { ...data, variants: { original: { ...original, gainDb: -2.5 }, enhanced } };
    expect(pathOf(off, turned, "lossless")).toBe("The original, turned down by 2.5\u00a0dB");
    const small = { ...data, aac: { mimeType: "", bitrate: 128_000, leadFrames: 1, rollFrames: 1 } };
    expect(pathOf(off, small, "save_data")).toBe("The original, sent as AAC at 128 kbit/s");
  });

  it("says so where the original is heard although it is to be enhanced", () => {
    const none = { ...data, variants: { original, enhanced: null } };
    expect(pathOf(on, none, "lossless")).toBe("The original, as there is no mastered sound yet");
    const same = { ...data, variants: { original, enhanced: { ...enhanced!, key: original.key } } };
    expect(pathOf(on, same, "lossless")).toBe("The original, as nothing has to be changed");
  });
});

describe("what is done to the sound", () => {
  it("is told with measured and wanted values, and the reason in words", async () => {
    playing(aTrack(1));
    panel();
    const why = await screen.findByRole("region", { name: "Why it sounds like this" });
    const change = (subject: string) => within(why).getByText(subject).nextSibling?.textContent;
    expect(["Low mids", "Stage", "True peak", "Onsets"].map(change)).toEqual(["−1.2\u00a0dB", "−0.4\u00a0dB", "unchanged", "+2.0\u00a0dB"]);
    expect(within(why).getByText("Measured −13.5 against −8.5 dB at equal loudness")).toBeTruthy();
    expect(within(why).getByText("Measured 0.49 against 0.47 side over mid and side")).toBeTruthy();
    expect(within(why).getByText("Measured −1.0 dBTP")).toBeTruthy();
    expect(within(why).getByText("Warmth piles up in the low middle.")).toBeTruthy();
  });

  it("is shown before and after", async () => {
    playing(aTrack(1));
    panel();
    const row = await screen.findByRole("row", { name: /Loudness/ });
    expect(within(row).getAllByRole("cell").map((cell) => cell.textContent)).toEqual(["−14.2\u00a0LUFS", "−14.2\u00a0LUFS"]);
    expect(screen.getByText(/Both play equally loud/)).toBeTruthy();
    expect(screen.getByText("≤ −1.0 dBTP")).toBeTruthy();
    expect(screen.getByRole("img", { name: /Largest move −1.4 dB at/ })).toBeTruthy();
  });

  it("is honest about a difference in level, and about what was folded", async () => {
    playing(aTrack(1));
    const enhanced = { key: "e", loudnessLufs: -15.2, truePeakDbtp: -1, gainDb: 0, plan: { ...PLAN, eqCurveDb: EQ.map(() => 0) } };
    const variants = { original: { key: "o", loudnessLufs: -14.2, truePeakDbtp: 0.4, gainDb: 0 }, enhanced };
    panel({ "GET /stream/t1/manifest": () => aManifest({ variants, sourceChannels: 6, sourceSampleRate: 96_000 }) });
    expect(await screen.findByText(/Enhanced plays 1.0 LU softer.*96 kHz, 6 channels folded to stereo/)).toBeTruthy();
    expect(screen.getByText("Flat: nothing is changed.")).toBeTruthy();
  });

  it("says why there is no enhanced sound", async () => {
    playing(aTrack(1, { fingerprint: "none" }));
    const variants = { original: { key: "o", loudnessLufs: null, truePeakDbtp: null, gainDb: 0 }, enhanced: null };
    panel({ "GET /stream/t1/manifest": () => aManifest({ variants, sourceChannels: 1, enhancedUnavailableReason: "It has not been analysed yet." }) });
    expect(await screen.findByText("It has not been analysed yet.")).toBeTruthy();
    expect(screen.getByText(/its fingerprint appears here/)).toBeTruthy();
    expect(screen.getByText(/mono/)).toBeTruthy();
  });

  it("says when it cannot be had, and tries again", async () => {
    playing(aTrack(1));
    let broken = true;
    const { user } = panel({ "GET /stream/t1/manifest": () => (broken ? problem(422, "UNREADABLE_AUDIO", "The file is cut off.") : aManifest()) });
    expect(await screen.findByText("The file is cut off.")).toBeTruthy();
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Equaliser")).toBeTruthy();
  });
});

describe("the fingerprint", () => {
  it("shows key, tempo and range, and every dimension when it is pointed at", async () => {
    playing(aTrack(1));
    const { container, user } = panel();
    expect(await screen.findByText("F# minor")).toBeTruthy();
    expect(screen.getByText("124 BPM")).toBeTruthy();
    await screen.findByRole("img", { name: /25 dimensions/ });
    const petals = container.querySelectorAll("g[data-group] > path:nth-child(2)");
    expect(petals.length).toBeGreaterThanOrEqual(NAMES.length);
    fireEvent.mouseEnter(petals[0]!.parentElement!);
    expect(screen.getByText(/What bass is\./)).toBeTruthy();
    fireEvent.mouseLeave(screen.getByRole("img", { name: /25 dimensions/ }));
    expect(screen.getByText(/Point at a petal/)).toBeTruthy();
    await user.click(screen.getByText("All 25 values"));
    expect(screen.getAllByRole("row", { name: /Loudness −14.2/ })).toHaveLength(2);
  });

  it("says when it cannot be had", async () => {
    playing(aTrack(1));
    panel({ "GET /fingerprints/t1": () => problem(404, "FINGERPRINT_NOT_FOUND", "Not analysed.") });
    expect(await screen.findByText("Not analysed.")).toBeTruthy();
  });
});

describe("the geometry", () => {
  it("puts third octaves on a logarithmic axis", () => {
    expect(bandHz(17)).toBe(1000);
    expect(placeOf(20)).toBe(0);
    expect(placeOf(20_000)).toBeCloseTo(1);
    expect(placeOf(632.46)).toBeCloseTo(0.5, 3);
  });

  it("never makes a small move look big", () => {
    expect([[], [0.3], [-2.4], [4], [9]].map(rangeOf)).toEqual([3, 3, 3, 6, 12]);
  });

  it("keeps a curve within its points", () => {
    expect(smoothPath([])).toBe("");
    expect(smoothPath([[0, 5]])).toBe("M0 5");
    const path = smoothPath([
      [0, 0],
      [3, 0],
      [6, 10],
      [9, 10],
    ]);
    expect(path).toBe("M0 0C1 0 2 0 3 0C4 0 5 10 6 10C7 10 8 10 9 10");
  });

  it("draws petals and arcs clockwise from the top", () => {
    expect(wedge(1, 2, 0, 0.25)).toBe("M0.00 -1.00L0.00 -2.00A2 2 0 0 1 2.00 -0.00L1.00 -0.00A1 1 0 0 0 0.00 -1.00Z");
    expect(arc(1, 0, 0.75)).toContain("0 1 1");
    expect(arc(1, 0.75, 0.5)).toContain("0 0 0");
  });

  it("keeps every dimension within its petal", () => {
    for (const name of ["bass", "tempo_bpm", "spectral_flatness", "phase_correlation"]) {
      for (const value of [-1e9, -1, 0, 0.5, 120, 1e9]) {
        expect(drawnAt(name, value)).toBeGreaterThanOrEqual(0);
        expect(drawnAt(name, value)).toBeLessThanOrEqual(1);
      }
    }
    expect(drawnAt("tempo_bpm", Number.NaN)).toBe(0);
    expect(drawnAt("unheard_of", 0.5)).toBe(0);
  });

  it("draws the spectrum of what sounds, and nothing otherwise", () => {
    const levels = new Float32Array(2048).fill(-60);
    levels[93] = -20;
    const bars = barsOf(levels, 44_100);
    expect(Math.max(...bars)).toBe(1);
    expect(Math.min(...bars)).toBeGreaterThanOrEqual(0);
    const calls: string[] = [];
    const context = { clearRect: () => calls.push("clear"), fillRect: () => calls.push("bar"), fillStyle: "" };
    const canvas = Object.assign(document.createElement("canvas"), { getContext: () => context }) as unknown as HTMLCanvasElement;
    drawSpectrum(canvas, null);
    expect(calls).toEqual(["clear"]);
    const getFloatFrequencyData = (into: Float32Array) => void into.fill(-50);
    drawSpectrum(canvas, { frequencyBinCount: 2048, getFloatFrequencyData, context: { sampleRate: 44_100 } });
    expect(calls.filter((call) => call === "bar").length).toBe(bars.length);
  });
});
