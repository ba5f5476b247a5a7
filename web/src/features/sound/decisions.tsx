import type { PlanDecision } from "@/api/types";
import { formatNumber, formatUnit } from "@/lib/format";
import styles from "./sound.module.css";

/** Less than this is nothing that anyone could hear, whatever its unit. */
const NOTHING = 0.05;

/** Why it sounds as it does: each decision with what it changes, the reason in words, and the figures behind it. */
export function Decisions({ decisions }: { decisions: PlanDecision[] }) {
  return (
    <ul className={styles.decisions}>
      {decisions.map((decision) => (
        <li key={`${decision.stage} ${decision.subject}`}>
          <p className={styles.decision}>
            <strong>{decision.subject}</strong>
            <Change decision={decision} />
          </p>
          <p className={styles.reason}>{decision.reason}</p>
          <Figures decision={decision} />
        </li>
      ))}
    </ul>
  );
}

function Change({ decision: { change, changeUnit } }: { decision: PlanDecision }) {
  const [unit = "", ...where] = changeUnit.split(" ");
  if (Math.abs(change) < NOTHING) return <span className={styles.unchanged}>unchanged</span>;
  return (
    <span className="numeric" title={where.join(" ") || undefined}>
      {formatUnit(change, unit, 1, true)}
    </span>
  );
}

/** What was measured, and what that was held against; the unit may be a phrase of its own. */
function Figures({ decision: { measured, target, unit } }: { decision: PlanDecision }) {
  if (measured === null) return null;
  const digits = Math.abs(measured) < 1 && Math.abs(target ?? 0) < 1 ? 2 : 1;
  const wanted = target === null || target === measured ? "" : ` against ${formatNumber(target, digits)}`;
  return (
    <p className={`${styles.measured} numeric`}>
      Measured {formatNumber(measured, digits)}
      {wanted} {unit}
    </p>
  );
}
