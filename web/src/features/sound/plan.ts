/** What the server's mastering plan says, read with care: it may say more, or less, than is shown. */

import type { Manifest, PlanDecision } from "@/api/types";

export interface Plan {
  decisions: PlanDecision[];
  /** Gain per third octave from 20 Hz to 20 kHz, dB; empty where the plan has none. */
  eqDb: number[];
}

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function planOf(manifest: Manifest | undefined): Plan | null {
  const raw = manifest?.variants.enhanced?.plan;
  if (!raw) return null;
  const decisions = Array.isArray(raw.decisions) ? (raw.decisions as Record<string, unknown>[]) : [];
  const eqDb = Array.isArray(raw.eqCurveDb) ? raw.eqCurveDb.map((value) => number(value) ?? 0) : [];
  return {
    decisions: decisions.map((decision) => ({
      stage: text(decision.stage),
      subject: text(decision.subject),
      measured: number(decision.measured),
      target: number(decision.target),
      unit: text(decision.unit),
      change: number(decision.change) ?? 0,
      changeUnit: text(decision.changeUnit),
      reason: text(decision.reason),
    })),
    eqDb,
  };
}

/** `low_mid` as `Low mid`. */
export function wordsOf(name: string): string {
  const words = name.replace(/_+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
