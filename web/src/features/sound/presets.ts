/** The mastering presets in words; their names are the server's. */
export const PRESETS = [
  { value: "adaptive", label: "Adaptive", character: "Corrects what falls outside the normal range, leaves the rest alone." },
  { value: "gentle", label: "Gentle", character: "Small tonal moves, dynamics kept." },
  { value: "warm", label: "Warm", character: "More low-mid, a softer top." },
  { value: "bright", label: "Bright", character: "More presence and air, never harsh." },
  { value: "punchy", label: "Punchy", character: "Tighter bass, stronger onsets." },
  { value: "live", label: "Live", character: "Dynamics kept, a wider stage." },
] as const;
