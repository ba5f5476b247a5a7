import { Link } from "wouter";
import { useShallow } from "zustand/react/shallow";
import { useApp } from "@/app/store";
import { activityOf } from "./progress";
import styles from "./status.module.css";

/** In the header while the server reads or analyses: what it does and how far it is. */
export function ActivityChip() {
  const [scan, analysis] = useApp(useShallow((state) => [state.scan, state.analysis]));
  const activity = activityOf(scan, analysis);
  if (!activity) return null;
  const percent = activity.share === null ? null : Math.round(activity.share * 100);
  return (
    <Link href="/status" className={styles.chip} title={activity.detail}>
      <Ring share={activity.share} />
      <span className={styles.chipText}>
        {activity.title} {percent !== null && <span className="numeric">{percent}%</span>}
      </span>
    </Link>
  );
}

function Ring({ share }: { share: number | null }) {
  return (
    <svg className={share === null ? styles.turning : ""} viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <circle cx="10" cy="10" r="8" fill="none" stroke="var(--line)" strokeWidth="3" />
      <circle
        cx="10"
        cy="10"
        r="8"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="3"
        strokeLinecap="round"
        pathLength="1"
        strokeDasharray={`${share ?? 0.25} 1`}
        transform="rotate(-90 10 10)"
      />
    </svg>
  );
}
