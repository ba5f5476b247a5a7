import { CircleAlert, CircleCheck, Flame, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { send } from "@/api/http";
import type { CacheFigures, CacheHealth, CacheTiers } from "@/api/types";
import type { ServerStatus } from "@/api/queries";
import { notify } from "@/app/store";
import { formatBytes, formatCount, formatLength, formatNumber, formatUnit, plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Failure, Loading } from "@/ui/state";
import { Meter } from "./empty-library";
import { LineChart } from "./line-chart";
import { useServerStatus } from "./server-status";
import styles from "./server.module.css";

const MB = 1e6;
const NAMES: Record<string, string> = {
  responses: "Answers",
  segments: "Segments of sound",
  fingerprints: "Fingerprints",
  samples: "Decoded sound",
  streams: "Whole streams",
  artwork: "Covers",
};
const CHECKS: Record<string, string> = { disk: "Disk", webPlayer: "Player", database: "Database" };
const PLACES = { tier1: "Memory", tier2: "Disk" } as const;

/** How the server does: whether all is well, where its figures are going, and what its caches are good for. */
export function ServerView() {
  const { data, error, refetch } = useServerStatus();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label="Looking at the server" />;
  return (
    <>
      <State {...data} />
      <Charts lines={data.lines} />
      <Listening health={data.cache} />
      <Caches caches={data.caches} />
    </>
  );
}

function State({ health, alerts }: ServerStatus) {
  const failing = Object.entries(health.checks).filter(([, found]) => found !== "ok");
  const well = failing.length === 0 && alerts.length === 0;
  return (
    <section className={styles.state} data-well={well || undefined}>
      {well ? <CircleCheck size={22} aria-hidden="true" /> : <CircleAlert size={22} aria-hidden="true" />}
      <div>
        <h2>{well ? "Everything works" : failing.length > 0 ? "Something does not work" : "Something needs a look"}</h2>
        <p>Up for {formatLength(health.uptimeSeconds)}</p>
        <ul>
          {failing.map(([name, found]) => (
            <li key={name}>
              {CHECKS[name] ?? name}: {found}
            </li>
          ))}
          {alerts.map(({ subject, message }) => (
            <li key={subject}>{message}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Charts({ lines }: Pick<ServerStatus, "lines">) {
  const line = (name: string) => lines[name] ?? [];
  return (
    <div className={styles.charts}>
      <LineChart label="Requests" values={line("requestsPerSecond")} least={5} show={(value) => formatUnit(value, "/s")} />
      <LineChart label="Processor, one core" values={line("cpuShare")} least={1} show={(value) => formatUnit(value, "%", 0)} />
      <LineChart label="Memory" values={line("memoryMb")} least={100} show={(value) => formatBytes(value * MB)} />
      <LineChart label="Lag of the event loop" values={line("latenessMs")} least={50} show={(value) => formatUnit(value, "ms", 0)} />
    </div>
  );
}

function Section({ title, tools, children }: { title: string; tools?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header>
        <h2>{title}</h2>
        {tools}
      </header>
      {children}
    </section>
  );
}

function Listening({ health: { segments } }: { health: CacheHealth }) {
  const { hitRate, realtime, playing, warmingDone, warmingTotal } = segments;
  const left = playing?.remainingSeconds;
  return (
    <Section title="Sound">
      <dl className={styles.facts}>
        <div>
          <dt>Ready when asked for</dt>
          <dd className="numeric">{formatUnit(hitRate, "%", 0)}</dd>
        </div>
        <div>
          <dt>Rendered faster than it plays</dt>
          <dd className="numeric">{realtime === null ? "–" : `${formatNumber(realtime, 0)} times`}</dd>
        </div>
        <div>
          <dt>Rendered ahead</dt>
          <dd className="numeric">{warmingTotal === 0 ? "–" : `${warmingDone} of ${plural(warmingTotal, "track")}`}</dd>
        </div>
      </dl>
      {playing && (
        <>
          <Meter share={playing.completion} label="What plays, rendered" />
          <p className={styles.note}>
            {playing.atHand} of {plural(playing.segments, "segment")} of what plays are ready
            {left !== null && left !== undefined && left >= 1 && `, the rest would take ${formatLength(left)}`}.
          </p>
        </>
      )}
    </Section>
  );
}

function Caches({ caches }: { caches: Record<string, CacheTiers> }) {
  const rows = Object.entries(caches).flatMap(([name, tiers]) =>
    (["tier1", "tier2"] as const).flatMap((tier) => (tiers[tier] ? [{ name, tier, figures: tiers[tier] }] : [])),
  );
  return (
    <Section title="Caches" tools={<Tools />}>
      <table className={styles.caches}>
        <thead>
          <tr>
            <th scope="col">What is kept</th>
            <th scope="col">Where</th>
            <th scope="col">Filled</th>
            <th scope="col">Found</th>
            <th scope="col">Entries</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, tier, figures }) => (
            <tr key={`${name}-${tier}`}>
              <th scope="row">{NAMES[name] ?? name}</th>
              <td>{PLACES[tier]}</td>
              <td>
                <Filled {...figures} />
              </td>
              <td className="numeric" title={`${formatCount(figures.hits)} of ${formatCount(figures.totalQueries)}`}>
                {formatUnit(figures.hitRate, "%", 0)}
              </td>
              <td className="numeric">{formatCount(figures.items)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Filled({ sizeMb, budgetMb }: CacheFigures) {
  const share = budgetMb ? Math.min(1, sizeMb / budgetMb) : null;
  return (
    <>
      {share !== null && (
        <span className={styles.filled} aria-hidden="true">
          <i style={{ width: `${share * 100}%` }} />
        </span>
      )}
      <span className="numeric">
        {formatBytes(sizeMb * MB)}
        {budgetMb !== null && ` of ${formatBytes(budgetMb * MB)}`}
      </span>
    </>
  );
}

function Tools() {
  const [busy, setBusy] = useState(false);
  const run = async (path: string, told: (data: never) => string) => {
    setBusy(true);
    try {
      const { data } = await send<never>("POST", path);
      notify("info", told(data));
    } catch (error) {
      notify("error", (error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const warmed = ({ warmed, tracks }: { warmed: number; tracks: number }) =>
    `${plural(warmed, "answer")} made in advance; the beginnings of ${plural(tracks, "track")} are being rendered.`;
  const cleared = ({ cleared }: { cleared: Record<string, number> }) =>
    `The caches are empty; ${plural(Object.values(cleared).reduce((sum, count) => sum + count, 0), "thing")} will be made again when needed.`;
  return (
    <div className={styles.tools}>
      <Button disabled={busy} onClick={() => void run("/cache/warm", warmed)}>
        <Flame size={16} aria-hidden="true" /> Warm up
      </Button>
      <Button disabled={busy} onClick={() => void run("/cache/clear", cleared)}>
        <Trash2 size={16} aria-hidden="true" /> Empty
      </Button>
    </div>
  );
}
