import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { dimensions as dimensionsQuery } from "@/api/queries";
import type { DimensionInfo, Fingerprint } from "@/api/types";
import { formatUnit, wordsOf } from "@/lib/format";
import { drawnAt } from "./dimension-scale";
import { arc, wedge } from "./polar";
import styles from "./sound.module.css";

const INNER = 30;
const OUTER = 118;
const RIM = 126;
const GROUPS = ["spectrum", "level", "rhythm", "tonal", "stereo"];
/** Empty turn between two groups, as a share of one dimension's own. */
const GAP = 0.55;

interface Petal {
  info: DimensionInfo;
  value: number;
  confidence: number;
  from: number;
  to: number;
}

/** The 25 dimensions as petals around a centre, by group; one is spelt out when it is pointed at. */
export function FingerprintRadar({ fingerprint }: { fingerprint: Fingerprint }) {
  const { data: infos } = useQuery(dimensionsQuery());
  const [chosen, setChosen] = useState<string | null>(null);
  const petals = useMemo(() => (infos ? petalsOf(infos, fingerprint) : []), [infos, fingerprint]);
  if (!infos) return null;
  const told = petals.find((petal) => petal.info.name === chosen);
  return (
    <div className={styles.radar}>
      <svg viewBox="-150 -150 300 300" role="img" aria-label="Fingerprint: 25 dimensions of the sound" onMouseLeave={() => setChosen(null)}>
        {[0.25, 0.5, 0.75, 1].map((share) => (
          <circle key={share} r={INNER + (OUTER - INNER) * share} className={styles.ring} />
        ))}
        {petals.map(({ info, value, confidence, from, to }) => (
          <g key={info.name} className={styles.petal} data-group={info.group} data-chosen={chosen === info.name || undefined} onMouseEnter={() => setChosen(info.name)} onClick={() => setChosen(info.name)}>
            <path d={wedge(INNER, RIM, from, to)} className={styles.hit} />
            <path d={wedge(INNER, INNER + Math.max(2, (OUTER - INNER) * drawnAt(info.name, value)), from, to)} opacity={0.45 + 0.55 * confidence} />
          </g>
        ))}
        {GROUPS.map((group) => {
          const own = petals.filter((petal) => petal.info.group === group);
          const [first, last] = [own[0], own.at(-1)];
          if (!first || !last) return null;
          const upsideDown = (first.from + last.to) / 2 > 0.25 && (first.from + last.to) / 2 < 0.75;
          const id = `group-${group}`;
          return (
            <g key={group} data-group={group} className={styles.group}>
              <path d={arc(RIM, first.from, last.to)} className={styles.groupArc} />
              <path id={id} d={upsideDown ? arc(144, last.to, first.from) : arc(134, first.from, last.to)} fill="none" />
              <text>
                <textPath href={`#${id}`} startOffset="50%" textAnchor="middle">
                  {wordsOf(group)}
                </textPath>
              </text>
            </g>
          );
        })}
      </svg>
      <p className={styles.told} aria-live="polite">
        {told ? (
          <>
            <strong>{wordsOf(told.info.name.replace(/_(db|hz|lufs|lu|bpm)$/, ""))}</strong>{" "}
            <span className="numeric">{formatUnit(told.value, told.info.unit)}</span>
            {told.confidence < 1 && <span className="numeric"> · {formatUnit(told.confidence, "share", 0)} certain</span>}
            <br />
            {told.info.definition}
          </>
        ) : (
          "Point at a petal to read what it measures."
        )}
      </p>
      <details className={styles.all}>
        <summary>All 25 values</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Dimension</th>
              <th scope="col">Value</th>
              <th scope="col">Certain</th>
            </tr>
          </thead>
          <tbody>
            {petals.map(({ info, value, confidence }) => (
              <tr key={info.name}>
                <th scope="row" title={info.definition}>
                  {wordsOf(info.name.replace(/_(db|hz|lufs|lu|bpm)$/, ""))}
                </th>
                <td className="numeric">{formatUnit(value, info.unit)}</td>
                <td className="numeric">{formatUnit(confidence, "share", 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}

function petalsOf(infos: DimensionInfo[], fingerprint: Fingerprint): Petal[] {
  const groups = GROUPS.map((group) => infos.filter((info) => info.group === group)).filter((own) => own.length > 0);
  const turn = 1 / (infos.length + groups.length * GAP);
  let at = (turn * GAP) / 2;
  return groups.flatMap((own) => {
    const petals = own.map((info) => {
      const from = at;
      at += turn;
      const { [info.name]: value = Number.NaN } = fingerprint.dimensions;
      return { info, value, confidence: fingerprint.confidence[info.name] ?? 1, from: from + turn * 0.06, to: at - turn * 0.06 };
    });
    at += turn * GAP;
    return petals;
  });
}
