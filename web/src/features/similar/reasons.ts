/** Why a track sounds like another one, in words. */

import type { DimensionLikeness } from "@/api/types";
import { formatUnit, wordsOf } from "@/lib/format";

/** A dimension's name without its unit: `loudness_lufs` as `Loudness`. */
export function nameOf(dimension: string): string {
  return wordsOf(dimension.replace(/_(db|hz|lufs|lu|bpm)$/, ""));
}

/** What both share: `Tempo 120 BPM ≈ 122 BPM`, the match's first. */
export function agreement({ dimension, unit, value, reference }: DimensionLikeness): string {
  return `${nameOf(dimension)} ${formatUnit(value, unit)} ≈ ${formatUnit(reference, unit)}`;
}

/** What sets it apart: `Loudness −14.5 LUFS, not −9.0 LUFS`. */
export function difference({ dimension, unit, value, reference }: DimensionLikeness): string {
  return `${nameOf(dimension)} ${formatUnit(value, unit)}, not ${formatUnit(reference, unit)}`;
}
