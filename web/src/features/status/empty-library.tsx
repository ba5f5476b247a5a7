import { Music4 } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import { useApp } from "@/app/store";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/state";
import { activityOf } from "./progress";
import { startScan } from "./use-scan";
import styles from "./status.module.css";

/** Nothing in the library yet: either it is being read or composed right now, or here is how music comes in. */
export function EmptyLibrary() {
  const [scan, analysis] = useApp(useShallow((state) => [state.scan, state.analysis]));
  const activity = activityOf(scan, analysis);
  if (activity && activity.kind !== "analysis") {
    return (
      <Empty page icon={<Music4 size={30} />} title={activity.title}>
        <Meter share={activity.share} label={activity.title} />
        <p className="numeric">{activity.detail}</p>
      </Empty>
    );
  }
  return (
    <Empty
      page
      icon={<Music4 size={30} />}
      title="There is no music here yet"
      action={<Button onClick={() => void startScan()}>Look again</Button>}
    >
      Start Auralis with <code>auralis serve --music ~/Music</code>, or put files into a folder that it already knows.
    </Empty>
  );
}

export function Meter({ share, label }: { share: number | null; label: string }) {
  return (
    <div
      className={styles.meter}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { "aria-valuenow": Math.round(share * 100) })}
      data-unknown={share === null || undefined}
    >
      <span style={{ width: `${(share ?? 0.3) * 100}%` }} />
    </div>
  );
}
