import { useQueryClient } from "@tanstack/react-query";
import { Download, FileAudio, Trash2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { jobsPage } from "@/api/queries";
import type { Job } from "@/api/types";
import { Meter } from "@/features/status/empty-library";
import { formatUnit, formatWhen, plural, wordsOf } from "@/lib/format";
import { usePlacement } from "@/lib/scroll-area";
import { usePaged } from "@/lib/use-paged";
import { useRows } from "@/lib/use-rows";
import { IconButton } from "@/ui/button";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";
import { removeJob, resultUrl, titleOf } from "./changes";
import styles from "./jobs.module.css";

const PAGE = 100;
const ROW_HEIGHT = 88;

/** What was ordered: how far it is, what came of it, and the files to take away. */
export default function JobsView() {
  const { total, at, error, retry, show } = usePaged<Job>(PAGE, jobsPage);
  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the jobs" page />;
  return (
    <>
      <PageHead title="Jobs" sub={total > 0 && plural(total, "job")} />
      {error && <Failure error={error} onRetry={retry} />}
      {total === 0 ? (
        <Empty icon={<FileAudio size={28} />} title="Nothing was ordered yet">
          Open the menu of a track, an album or a playlist, and choose “Master to files”.
        </Empty>
      ) : (
        <List count={total} at={at} onShow={show} />
      )}
    </>
  );
}

function List({ count, at, onShow }: { count: number; at: (index: number) => Job | undefined; onShow: (first: number, last: number) => void }) {
  const body = useRef<HTMLUListElement>(null);
  const { top } = usePlacement(body);
  const { rows, height } = useRows({ count, rowHeight: ROW_HEIGHT, top });
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => onShow(first, last), [onShow, first, last]);
  return (
    <ul ref={body} className={styles.list} style={{ height }} aria-label="Jobs">
      {rows.map(({ index, top: rowTop }) => {
        const job = at(index);
        const place = { className: styles.line, style: { transform: `translateY(${rowTop}px)` }, "aria-setsize": count, "aria-posinset": index + 1 };
        return job ? (
          <li key={job.id} {...place}>
            <Line job={job} />
          </li>
        ) : (
          <li key={index} {...place} aria-busy="true" />
        );
      })}
    </ul>
  );
}

function Line({ job }: { job: Job }) {
  const client = useQueryClient();
  const busy = job.state === "running" || job.state === "queued";
  return (
    <>
      <FileAudio size={22} aria-hidden="true" className={styles.icon} />
      <div className={styles.words}>
        <p className={styles.title}>{titleOf(job)}</p>
        {job.state === "running" ? <Meter share={job.progress} label={`Progress of ${titleOf(job)}`} /> : <p className={styles.sub}>{outcomeOf(job)}</p>}
        <p className={styles.sub}>{howOf(job)}</p>
      </div>
      <time className={`${styles.when} numeric`} dateTime={job.createdAt}>
        {formatWhen(job.createdAt)}
      </time>
      {job.state === "done" && (
        <a className={styles.download} href={resultUrl(job.id)} download aria-label={`Download ${titleOf(job)}`} title="Download">
          <Download size={18} aria-hidden="true" />
        </a>
      )}
      <IconButton label={busy ? `Cancel ${titleOf(job)}` : `Forget ${titleOf(job)} and its files`} onClick={() => void removeJob(client, job.id)}>
        {busy ? <X size={18} /> : <Trash2 size={17} />}
      </IconButton>
    </>
  );
}

function howOf({ order }: Job): string {
  const tracks = Array.isArray(order.trackIds) ? plural(order.trackIds.length, "track") : null;
  const sound = typeof order.preset === "string" ? `${wordsOf(order.preset)} ${Math.round(Number(order.intensity) * 100)}%` : null;
  const files = typeof order.format === "string" ? `${order.format.toUpperCase()} ${String(order.bitDepth)} bit` : null;
  return [tracks, sound, files].filter((part) => part !== null).join(" · ");
}

/** What came of it: for a single track with its loudness before and after. */
function outcomeOf({ state, error, result }: Job): string {
  if (state === "queued") return "Waits for its turn";
  if (state === "cancelled") return "Cancelled";
  if (state === "failed") return error ?? "It could not be done";
  const tracks = (result?.tracks ?? []) as { before?: { loudnessLufs?: number }; after?: { loudnessLufs?: number } }[];
  const [only] = tracks;
  if (tracks.length !== 1 || only?.before?.loudnessLufs === undefined) return "Ready";
  return `Ready · ${formatUnit(only.before.loudnessLufs, "LUFS")} before, ${formatUnit(only.after?.loudnessLufs, "LUFS")} after`;
}
