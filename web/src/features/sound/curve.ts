/** Geometry of the equaliser plot: third octaves on a logarithmic axis, a curve that keeps to its points. */

export const LOW_HZ = 20;
export const HIGH_HZ = 20_000;

/** 0..1 along the axis. */
export function placeOf(hertz: number): number {
  return Math.log(hertz / LOW_HZ) / Math.log(HIGH_HZ / LOW_HZ);
}

/** Centre of third-octave band `index` of the 31 from 20 Hz to 20 kHz. */
export function bandHz(index: number): number {
  return 1000 * 10 ** ((index - 17) / 10);
}

/** Half of the plot's range in dB: enough for the curve, and never so little that a small move looks big. */
export function rangeOf(eqDb: readonly number[]): number {
  const largest = Math.max(0, ...eqDb.map(Math.abs));
  return largest <= 2.6 ? 3 : largest <= 5.4 ? 6 : 12;
}

/** An SVG path through the points, without overshoot (monotone cubic, Fritsch-Carlson). */
export function smoothPath(points: readonly (readonly [number, number])[]): string {
  const first = points[0];
  if (!first) return "";
  const slopes = points.slice(1).map(([x, y], index) => {
    const [before, level] = points[index]!;
    return (y - level) / (x - before);
  });
  const tangent = (index: number): number => {
    const [left, right] = [slopes[index - 1], slopes[index]];
    if (left === undefined || right === undefined) return left ?? right ?? 0;
    return left * right <= 0 ? 0 : (2 * left * right) / (left + right);
  };
  const pieces = points.slice(1).map(([x, y], index) => {
    const [before, level] = points[index]!;
    const third = (x - before) / 3;
    const a = `${round(before + third)} ${round(level + tangent(index) * third)}`;
    const b = `${round(x - third)} ${round(y - tangent(index + 1) * third)}`;
    return `C${a} ${b} ${round(x)} ${round(y)}`;
  });
  return `M${round(first[0])} ${round(first[1])}${pieces.join("")}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
