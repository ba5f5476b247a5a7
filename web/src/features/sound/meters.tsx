import { useEffect, useRef } from "react";
import type { AudioAnalysis } from "@/api/types";
import { useApp } from "@/app/store";
import { useTopic } from "@/app/use-topic";
import { formatUnit } from "@/lib/format";
import styles from "./meters.module.css";

interface Row {
  label: string;
  unit: string;
  low: number;
  high: number;
  of: (reading: AudioAnalysis) => number | null;
}

const ROWS: Row[] = [
  { label: "Momentary", unit: "LUFS", low: -50, high: 0, of: ({ momentaryLufs }) => momentaryLufs },
  { label: "Short-term", unit: "LUFS", low: -50, high: 0, of: ({ shortTermLufs }) => shortTermLufs },
  { label: "True peak", unit: "dBTP", low: -50, high: 3, of: ({ truePeakDbtp }) => truePeakDbtp },
  { label: "Gain reduction", unit: "dB", low: 0, high: 6, of: ({ gainReductionDb }) => gainReductionDb },
  { label: "Correlation", unit: "", low: -1, high: 1, of: ({ correlation }) => correlation },
];
const SILENT = { LUFS: -70, dBTP: -120 } as Record<string, number>;
const SPECTRUM_LOW = -84;
const BANDS = 31;

/** What is heard right now, measured on the sound that is sent; asked for only while this is on screen. */
export function Meters() {
  const playing = useApp((state) => state.player?.isPlaying ?? false);
  const list = useRef<HTMLDListElement>(null);
  const spectrum = useRef<HTMLDivElement>(null);
  useTopic("audio.analysis", (reading) => {
    show(list.current, reading);
    bands(spectrum.current, reading.spectrumDb);
  });
  useEffect(() => {
    if (!playing) rest(list.current, spectrum.current);
  }, [playing]);
  return (
    <section aria-labelledby="meters-title">
      <h3 id="meters-title">Right now</h3>
      <div ref={spectrum} className={styles.spectrum} role="img" aria-label="Spectrum in thirds of an octave, 20 Hz to 20 kHz">
        {Array.from({ length: BANDS }, (_, band) => (
          <i key={band} />
        ))}
      </div>
      <dl ref={list} className={styles.meters} aria-live="off">
        {ROWS.map(({ label, unit }) => (
          <div key={label}>
            <dt>{label}</dt>
            <span className={styles.bar} aria-hidden="true">
              <i />
            </span>
            <dd className="numeric">{formatUnit(null, unit)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Straight into the page: twenty readings a second are no matter for a framework. */
function show(list: HTMLElement | null, reading: AudioAnalysis): void {
  ROWS.forEach(({ of, unit, low, high }, index) => {
    const row = list?.children[index];
    const value = of(reading);
    const silent = value === null || value <= (SILENT[unit] ?? -Infinity);
    row?.querySelector<HTMLElement>("i")?.style.setProperty("--level", silent ? "0" : String(share(value, low, high)));
    const text = formatUnit(silent ? null : value, unit);
    const told = row?.querySelector("dd");
    if (told && told.textContent !== text) told.textContent = text;
  });
}

function bands(spectrum: HTMLElement | null, levels: readonly number[]): void {
  levels.forEach((level, band) => {
    (spectrum?.children[band] as HTMLElement | undefined)?.style.setProperty("--level", String(share(level, SPECTRUM_LOW, 0)));
  });
}

function rest(list: HTMLElement | null, spectrum: HTMLElement | null): void {
  for (const bar of [...(list?.querySelectorAll<HTMLElement>("i") ?? []), ...(spectrum?.querySelectorAll<HTMLElement>("i") ?? [])]) bar.style.setProperty("--level", "0");
  ROWS.forEach(({ unit }, index) => {
    const told = list?.children[index]?.querySelector("dd");
    if (told) told.textContent = formatUnit(null, unit);
  });
}

function share(value: number, low: number, high: number): number {
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}
