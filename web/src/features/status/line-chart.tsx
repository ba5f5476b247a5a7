import styles from "./server.module.css";

const WIDTH = 200;
const HEIGHT = 48;
/** As many as the server keeps: a line that is shorter stands at the right, where now is. */
const SAMPLES = 100;

interface Props {
  label: string;
  /** The newest last. */
  values: readonly number[];
  /** What the top stands for at least, so that a little noise looks like little. */
  least: number;
  show: (value: number) => string;
}

/** A figure over the last minutes: its line, what it is now, and the most that it was. */
export function LineChart({ label, values, least, show }: Props) {
  const now = values.at(-1);
  const most = Math.max(0, ...values);
  const top = Math.max(least, most) * 1.1;
  const points = values.map((value, index) => `${((index + SAMPLES - values.length) / (SAMPLES - 1)) * WIDTH} ${HEIGHT - (value / top) * HEIGHT}`);
  const first = ((SAMPLES - values.length) / (SAMPLES - 1)) * WIDTH;
  return (
    <figure className={styles.chart}>
      <figcaption>{label}</figcaption>
      <strong className="numeric">{now === undefined ? "–" : show(now)}</strong>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${label} over the last minutes, at most ${show(most)}`}>
        {points.length > 1 && (
          <>
            <path d={`M${first} ${HEIGHT}L${points.join("L")}L${WIDTH} ${HEIGHT}Z`} className={styles.area} />
            <path d={`M${points.join("L")}`} className={styles.line} vectorEffect="non-scaling-stroke" />
          </>
        )}
      </svg>
      <span className={styles.most}>at most {show(most)}</span>
    </figure>
  );
}
