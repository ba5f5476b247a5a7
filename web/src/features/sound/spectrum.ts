/** The spectrum of what sounds right now, as bars of a sixth of an octave. */

import { HIGH_HZ, LOW_HZ, placeOf } from "./curve";

const FLOOR_DB = -92;
const CEILING_DB = -22;
const PER_OCTAVE = 6;
const COUNT = Math.floor(Math.log2(HIGH_HZ / LOW_HZ) * PER_OCTAVE);

type Analyser = Pick<AnalyserNode, "frequencyBinCount" | "getFloatFrequencyData"> & { context: { sampleRate: number } };

let bins = new Float32Array(0);

/** Loudest bin of each bar, 0..1 between floor and ceiling; a gentle tilt makes music look even, as it sounds. */
export function barsOf(levels: Float32Array, sampleRate: number): number[] {
  const width = sampleRate / 2 / levels.length;
  return Array.from({ length: COUNT }, (_, index) => {
    const low = LOW_HZ * 2 ** (index / PER_OCTAVE);
    const from = Math.min(levels.length - 1, Math.floor(low / width));
    const to = Math.min(levels.length, Math.max(from + 1, Math.ceil((low * 2 ** (1 / PER_OCTAVE)) / width)));
    let loudest = -Infinity;
    for (let bin = from; bin < to; bin += 1) loudest = Math.max(loudest, levels[bin]!);
    const tilted = loudest + 3 * Math.log2(low / 1000);
    return Math.max(0, Math.min(1, (tilted - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
  });
}

export function drawSpectrum(canvas: HTMLCanvasElement, analyser: Analyser | null): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
  const context = canvas.getContext("2d");
  if (!context) return;
  context.clearRect(0, 0, across, down);
  if (!analyser) return;
  if (bins.length !== analyser.frequencyBinCount) bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  context.fillStyle = getComputedStyle(canvas).color;
  const step = across / COUNT;
  barsOf(bins, analyser.context.sampleRate).forEach((level, index) => {
    const x = placeOf(LOW_HZ * 2 ** (index / PER_OCTAVE)) * across;
    context.fillRect(x, down - level * down, step * 0.7, level * down);
  });
}
