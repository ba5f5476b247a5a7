/** How far out a dimension is drawn, 0..1: ears hear pitch, tempo and power in ratios, so most scales are not straight. */

type Scale = (value: number) => number;

const straight = (low: number, high: number): Scale => (value) => (value - low) / (high - low);
const ratio = (low: number, high: number): Scale => (value) => Math.log(Math.max(value, low) / low) / Math.log(high / low);
const power = (exponent: number): Scale => (value) => Math.max(0, value) ** exponent;

const SCALES: Record<string, Scale> = {
  sub_bass: power(0.5),
  bass: power(0.5),
  low_mid: power(0.5),
  mid: power(0.5),
  upper_mid: power(0.4),
  presence: power(0.35),
  air: power(0.3),
  bass_mid_ratio_db: straight(-20, 25),
  spectral_centroid_hz: ratio(150, 8_000),
  spectral_rolloff_hz: ratio(200, 16_000),
  spectral_flatness: power(0.3),
  loudness_lufs: straight(-36, -5),
  crest_db: straight(3, 26),
  silence_ratio: power(0.5),
  dynamic_range_variation: straight(0, 8),
  loudness_variation_lu: straight(0, 8),
  peak_consistency: straight(0, 1),
  tempo_bpm: ratio(40, 220),
  rhythm_stability: straight(0, 1),
  transient_density: ratio(0.3, 14),
  harmonic_ratio: straight(0, 1),
  pitch_stability: straight(0, 1),
  chroma_energy: straight(0, 1),
  stereo_width: power(0.7),
  phase_correlation: straight(-1, 1),
};

export function drawnAt(name: string, value: number): number {
  const scaled = SCALES[name]?.(value) ?? 0;
  return Number.isFinite(scaled) ? Math.max(0, Math.min(1, scaled)) : 0;
}
