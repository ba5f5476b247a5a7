/** What a track should sound like, and which of the server's variants that is. */

import type { Enhancement, Manifest } from "@/api/types";

/** How the sound comes over the line: exact, or small. */
export type Codec = "flac" | "aac";

/** What all sound of one timeline has in common. */
export interface Line {
  rate: number;
  codec: Codec;
}

export type Variant = "original" | "enhanced";

/** What can be fetched: one of the two, or both beside each other in four channels. */
export type Fetched = Variant | "ab";

/** One definite sound of one track: two sounds with the same `id` are the same samples. */
export interface Sound {
  id: string;
  variant: Fetched;
  key: string;
  preset: string;
  intensity: number;
}

/** The variant that a listener gets of a track that can be enhanced. */
export function likelyVariant({ enabled, intensity }: Enhancement): Variant {
  return enabled && intensity > 0 ? "enhanced" : "original";
}

/** The sound that the listener gets: the original where enhancement is off, or not to be had for this track. */
export function resolveSound(wanted: Enhancement, manifest: Manifest): Sound & { variant: Variant } {
  const enhanced = likelyVariant(wanted) === "enhanced" ? manifest.variants.enhanced : null;
  const variant: Variant = enhanced ? "enhanced" : "original";
  const key = enhanced?.key ?? manifest.variants.original.key;
  return { id: `${variant}:${key}`, variant, key, preset: wanted.preset, intensity: wanted.intensity };
}

/** What the sound is turned up or down by, dB, so that it is as loud as the listener's mode of loudness wants it. */
export function gainDb(sound: Sound, manifest: Manifest): number {
  return sound.variant === "ab" ? 0 : (manifest.variants[sound.variant]?.gainDb ?? 0);
}

export function sameEnhancement(a: Enhancement, b: Enhancement): boolean {
  return a.enabled === b.enabled && a.preset === b.preset && a.intensity === b.intensity;
}

/**
 * Gain for a volume setting of 0..1: its square, so that half the way sounds about half as loud (-12 dB).
 * Full volume is exactly 1: the samples pass untouched.
 */
export function volumeGain(volume: number): number {
  return Math.min(1, Math.max(0, volume)) ** 2;
}

const NATIVE_RATES: Record<Codec, number[]> = { flac: [44_100, 48_000, 88_200, 96_000, 176_400, 192_000], aac: [44_100, 48_000] };

/** Rate of a timeline whose first track has `sampleRate`: its own, or the one of its family that every browser plays. */
export function timelineRate(sampleRate: number, codec: Codec): number {
  if (NATIVE_RATES[codec].includes(sampleRate)) return sampleRate;
  return sampleRate % 11_025 === 0 ? 44_100 : 48_000;
}
