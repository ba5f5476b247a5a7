/** The outline of a track as bars, and their drawing. */

import type { Waveform } from "@/api/types";

export interface Bar {
  /** 0..1 of the loudest point of the track. */
  peak: number;
  body: number;
}

/** `count` bars over the whole track, scaled so that the loudest one is 1. */
export function barsOf(waveform: Pick<Waveform, "minimum" | "maximum" | "rms">, count: number): Bar[] {
  const points = waveform.rms.length;
  if (points === 0 || count <= 0) return [];
  const bars = Array.from({ length: count }, (_, index) => {
    const from = Math.min(points - 1, Math.floor((index * points) / count));
    const to = Math.max(from + 1, Math.floor(((index + 1) * points) / count));
    let peak = 0;
    let sum = 0;
    for (let point = from; point < to; point += 1) {
      peak = Math.max(peak, -(waveform.minimum[point] ?? 0), waveform.maximum[point] ?? 0);
      sum += (waveform.rms[point] ?? 0) ** 2;
    }
    return { peak, body: Math.sqrt(sum / (to - from)) };
  });
  const loudest = Math.max(1, ...bars.map((bar) => bar.peak));
  return bars.map(({ peak, body }) => ({ peak: peak / loudest, body: body / loudest }));
}

const BAR = 2;
const GAP = 1;

/** Draw the bars, mirrored, in the canvas's own text colour; a thin line where there is no outline yet. */
export function drawWaveform(canvas: HTMLCanvasElement, waveform: Waveform | null): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  context.scale(scale, scale);
  context.fillStyle = getComputedStyle(canvas).color;
  const middle = height / 2;
  if (!waveform) {
    context.fillRect(0, middle - 1.5, width, 3);
    return;
  }
  const bars = barsOf(waveform, Math.floor(width / (BAR + GAP)));
  bars.forEach(({ peak, body }, index) => {
    const x = index * (BAR + GAP);
    const outer = Math.max(1, (peak ** 0.9 * height) / 2);
    const inner = Math.max(1, (Math.min(1, body * 1.35) * height) / 2);
    context.globalAlpha = 0.45;
    context.fillRect(x, middle - outer, BAR, outer * 2);
    context.globalAlpha = 1;
    context.fillRect(x, middle - Math.min(inner, outer), BAR, Math.min(inner, outer) * 2);
  });
}
