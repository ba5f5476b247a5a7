import { useRef } from "react";
import { core } from "@/app/auralis";
import { useApp } from "@/app/store";
import { formatHertz, formatNumber } from "@/lib/format";
import { useFrames } from "@/lib/use-frames";
import { bandHz, placeOf, rangeOf, smoothPath } from "./curve";
import { drawSpectrum } from "./spectrum";
import styles from "./sound.module.css";

const WIDTH = 340;
const HEIGHT = 150;
const LABELS: [number, string][] = [
  [50, "50"],
  [200, "200"],
  [1000, "1k"],
  [5000, "5k"],
  [15000, "15k"],
];

/** The plan's equaliser curve; behind it, while it sounds in this tab, the spectrum of what is heard. */
export function EqPlot({ eqDb, active }: { eqDb: number[]; active: boolean }) {
  const range = rangeOf(eqDb);
  const y = (db: number) => HEIGHT / 2 - (db / range) * (HEIGHT / 2 - 10);
  const points = eqDb.map((db, index) => [Math.min(1, Math.max(0, placeOf(bandHz(index)))) * WIDTH, y(db)] as const);
  const curve = smoothPath(points);
  const strongest = eqDb.reduce((best, db, index) => (Math.abs(db) > Math.abs(eqDb[best] ?? 0) ? index : best), 0);
  const summary = eqDb.every((db) => Math.abs(db) < 0.05)
    ? "Flat: nothing is changed."
    : `Largest move ${formatNumber(eqDb[strongest]!, 1, true)} dB at ${formatHertz(bandHz(strongest))}.`;
  return (
    <figure className={styles.plot} data-active={active || undefined}>
      <Spectrum />
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`Equaliser curve. ${summary}`}>
        {LABELS.map(([hertz]) => (
          <line key={hertz} x1={placeOf(hertz) * WIDTH} x2={placeOf(hertz) * WIDTH} y1="0" y2={HEIGHT} className={styles.gridline} />
        ))}
        <line x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className={styles.zero} />
        <path d={`${curve}L${WIDTH} ${HEIGHT / 2}L0 ${HEIGHT / 2}Z`} className={styles.area} />
        <path d={curve} className={styles.curve} vectorEffect="non-scaling-stroke" />
      </svg>
      <span className={styles.top}>+{range} dB</span>
      <span className={styles.bottom}>{formatNumber(-range, 0)} dB</span>
      <div className={styles.axis} aria-hidden="true">
        {LABELS.map(([hertz, label]) => (
          <span key={hertz} style={{ left: `${placeOf(hertz) * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
      <figcaption>{summary}</figcaption>
    </figure>
  );
}

function Spectrum() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sounding = useApp((state) => state.core.sounding);
  useFrames(() => canvas.current && drawSpectrum(canvas.current, sounding ? (core.graph?.analyser ?? null) : null), sounding);
  return <canvas ref={canvas} className={styles.spectrum} aria-hidden="true" />;
}
