import type { JobProgress, ScanStatus } from "@/api/types";
import { formatCount, formatLength } from "@/lib/format";

export interface Activity {
  kind: "scan" | "analysis" | "demo";
  title: string;
  detail: string;
  /** 0..1, or null while the whole is not known yet. */
  share: number | null;
}

/** What the server is busy with, in words: a scan goes before the analysis that follows it. */
export function activityOf(scan: ScanStatus | null, job: JobProgress | null): Activity | null {
  if (scan?.state === "running") return scanning(scan);
  if (job?.state !== "running") return null;
  return job.kind === "demo" ? composing(job) : analysing(job);
}

function scanning({ done, total, ratePerSecond, remainingSeconds }: ScanStatus): Activity {
  const files = total === null ? `${formatCount(done)} files so far` : `${formatCount(done)} of ${formatCount(total)} files`;
  const rate = ratePerSecond >= 1 ? `${formatCount(Math.round(ratePerSecond))} a second` : null;
  return {
    kind: "scan",
    title: "Reading your music",
    detail: inWords(files, rate, left(remainingSeconds)),
    share: share(done, total),
  };
}

function analysing({ done, total, failed, remainingSeconds }: JobProgress): Activity {
  const unheard = failed > 0 ? `${formatCount(failed)} could not be analysed` : null;
  return {
    kind: "analysis",
    title: "Listening to your music",
    detail: inWords(`${formatCount(done)} of ${formatCount(total)} tracks`, unheard, left(remainingSeconds)),
    share: share(done, total),
  };
}

function composing({ done, total }: JobProgress): Activity {
  return {
    kind: "demo",
    title: "Composing the demo library",
    detail: `${formatCount(done)} of ${formatCount(total)} pieces`,
    share: share(done, total),
  };
}

function share(done: number, total: number | null): number | null {
  return total ? Math.min(1, done / total) : null;
}

function left(seconds: number | null): string | null {
  return seconds === null ? null : `about ${formatLength(Math.max(1, seconds))} left`;
}

function inWords(...parts: (string | null)[]): string {
  return parts.filter((part) => part !== null).join(" · ");
}
