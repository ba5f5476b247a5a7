import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { EyeOff, FolderClosed, RefreshCw } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useSearchParams } from "wouter";
import { useShallow } from "zustand/react/shallow";
import { folders, hidden as hiddenQuery, problemsPage, stats } from "@/api/queries";
import { useApp } from "@/app/store";
import { showTrack } from "@/features/editing/changes";
import { formatBytes, formatCount, formatDate, formatLength, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { PageHead } from "@/ui/page-head";
import { Segmented } from "@/ui/segmented";
import { Failure, Loading } from "@/ui/state";
import { Meter } from "./empty-library";
import { activityOf } from "./progress";
import { ServerView } from "./server-view";
import { cancelScan, startScan } from "./use-scan";
import styles from "./status.module.css";

const PROBLEMS_PAGE = 100;

const SIDES = [
  { value: "library", label: "Library" },
  { value: "server", label: "Server" },
] as const;
type Side = (typeof SIDES)[number]["value"];

/** Two sides of one thing: the library's condition, and the server's. */
export default function StatusView() {
  const [params, setParams] = useSearchParams();
  const side: Side = params.get("of") === "server" ? "server" : "library";
  const choose = (value: Side) => setParams(value === "server" ? { of: value } : {}, { replace: true });
  return (
    <>
      <PageHead title={side === "server" ? "Server status" : "Library status"} sub={<Version />}>
        {side === "library" && <ScanButton />}
        <Segmented<Side> label="Status of" options={[...SIDES]} value={side} onChange={choose} />
      </PageHead>
      {side === "server" ? <ServerView /> : <LibraryStatus />}
    </>
  );
}

/** What the library holds, what is being done, where it comes from, and what could not be read. */
function LibraryStatus() {
  return (
    <>
      <Figures />
      <Activities />
      <Folders />
      <Problems />
      <Hidden />
    </>
  );
}

function ScanButton() {
  const running = useApp((state) => state.scan?.state === "running");
  return running ? (
    <Button onClick={() => void cancelScan()}>Stop reading</Button>
  ) : (
    <Button onClick={() => void startScan()}>
      <RefreshCw size={16} aria-hidden="true" /> Scan folders
    </Button>
  );
}

function Version() {
  const version = useApp((state) => state.serverVersion);
  return version ? `Auralis ${version}` : null;
}

function Figures() {
  const { data, error, refetch } = useQuery(stats());
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  const figures: [string, string][] = [
    ["Tracks", data ? formatCount(data.tracks) : "–"],
    ["Albums", data ? formatCount(data.albums) : "–"],
    ["Artists", data ? formatCount(data.artists) : "–"],
    ["Playing time", data ? formatLength(data.duration) : "–"],
    ["On disk", data ? formatBytes(data.size) : "–"],
    ["Analysed", data ? `${formatCount(data.analysed)} of ${formatCount(data.tracks)}` : "–"],
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="numeric">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Activities() {
  const [scan, analysis] = useApp(useShallow((state) => [state.scan, state.analysis]));
  const activity = activityOf(scan, analysis);
  if (activity) {
    return (
      <section className={styles.activity} aria-live="off">
        <h2>{activity.title}</h2>
        <Meter share={activity.share} label={activity.title} />
        <p className="numeric">{activity.detail}</p>
      </section>
    );
  }
  const counts = scan?.counts;
  if (!counts || counts.files === 0) return null;
  const parts = [
    `${plural(counts.files, "file")} read in ${formatLength(counts.seconds)}`,
    ...(["added", "updated", "moved", "missing", "failed"] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => `${formatCount(counts[name])} ${name === "failed" ? "not readable" : name}`),
  ];
  return <p className={styles.last}>Last scan: {parts.join(", ")}.</p>;
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Folders() {
  const { data, error, refetch } = useQuery(folders());
  return (
    <Section title="Folders">
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className={styles.note}>No folder yet. Start Auralis with --music and the folder of your music.</p>}
      <ul>
        {data?.map((folder) => (
          <li key={folder.id} className={styles.folder}>
            <FolderClosed size={20} aria-hidden="true" />
            <span className={styles.path}>{folder.path}</span>
            <span className={folder.available ? styles.note : styles.away}>
              {folder.available ? plural(folder.trackCount, "track") : "Not there right now; its tracks are kept"}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Problems() {
  const [pages, setPages] = useState(1);
  const results = useQueries({
    queries: Array.from({ length: pages }, (_, page) => problemsPage(page * PROBLEMS_PAGE, PROBLEMS_PAGE)),
  });
  const total = results[0]?.data?.total;
  const failed = results.find(({ error }) => error);
  return (
    <Section title={total ? `Problems (${formatCount(total)})` : "Problems"}>
      {total === 0 && <p className={styles.note}>Every file could be read.</p>}
      <ul>
        {results.flatMap(({ data }) => data?.items ?? []).map((problem) => (
          <li key={`${problem.folder}/${problem.path}`} className={styles.problem}>
            <span className={styles.path}>{problem.path}</span>
            <span>{problem.reason}</span>
            <time dateTime={problem.date}>{formatDate(problem.date)}</time>
          </li>
        ))}
      </ul>
      {failed?.error && <Failure error={failed.error} onRetry={() => void failed.refetch()} />}
      {results.some(({ isPending }) => isPending) && <Loading label="Loading the problems" />}
      {total !== undefined && total > pages * PROBLEMS_PAGE && <Button onClick={() => setPages(pages + 1)}>Show more</Button>}
    </Section>
  );
}

/** Tracks that were taken out of the library, and the way back. */
function Hidden() {
  const client = useQueryClient();
  const { data } = useQuery(hiddenQuery());
  if (!data || data.length === 0) return null;
  return (
    <Section title={`Hidden tracks (${formatCount(data.length)})`}>
      <ul>
        {data.map((track) => (
          <li key={track.id} className={styles.folder}>
            <EyeOff size={20} aria-hidden="true" />
            <span className={styles.path}>
              {track.title} · {track.artist ?? "Unknown artist"}
            </span>
            <Button onClick={() => void showTrack(client, track)}>Show again</Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
