import { useQuery } from "@tanstack/react-query";
import { Mic2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { lyrics as lyricsQuery } from "@/api/queries";
import type { Lyrics as Words, Track } from "@/api/types";
import { conductor, currentPosition } from "@/app/auralis";
import { useApp } from "@/app/store";
import { useFrames } from "@/lib/use-frames";
import { Empty, Failure, Loading } from "@/ui/state";
import styles from "./lyrics.module.css";

/** A line is lit a little before it is sung: eyes are quicker than ears expect. */
const EARLY_SECONDS = 0.15;

/** The words of what plays; where their times are known, they go along, and a line is a place to go to. */
export function Lyrics() {
  const track = useApp((state) => state.player?.current?.track ?? null);
  if (!track) return <Empty title="Nothing is playing">Play something, and read its words here.</Empty>;
  return <Of key={track.id} track={track} />;
}

function Of({ track }: { track: Track }) {
  const { data, error, refetch } = useQuery(lyricsQuery(track.id));
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label="Loading the lyrics" />;
  if (data.synced && data.synced.length > 0) return <Synced lines={data.synced} language={data.language} />;
  if (data.text?.trim()) {
    return (
      <div className={styles.plain} lang={data.language ?? undefined} tabIndex={0} role="region" aria-label={`Lyrics of ${track.title}`}>
        {data.text}
      </div>
    );
  }
  return (
    <Empty icon={<Mic2 size={26} />} title="No lyrics">
      None are in the file, and no LRC file lies beside it. They can be written under “Edit details” in the track’s menu.
    </Empty>
  );
}

function Synced({ lines, language }: { lines: NonNullable<Words["synced"]>; language: string | null }) {
  const list = useRef<HTMLOListElement>(null);
  const moving = useApp((state) => (state.player?.position.rate ?? 0) > 0 || state.core.sounding);
  useApp((state) => state.player?.position);
  const [lit, setLit] = useState(-1);
  useFrames(() => {
    const now = lineAt(lines, currentPosition() + EARLY_SECONDS);
    if (now !== lit) setLit(now);
  }, moving);
  useEffect(() => {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    list.current?.children[lit]?.scrollIntoView?.({ block: "center", behavior: calm ? "auto" : "smooth" });
  }, [lit]);
  return (
    <ol ref={list} className={styles.synced} aria-label="Lyrics" lang={language ?? undefined}>
      {lines.map(({ time, text }, index) => (
        <li key={index} data-past={index < lit || undefined} aria-current={index === lit ? "true" : undefined}>
          <button type="button" onClick={() => void conductor.seek(time)}>
            {text.trim() || "♪"}
          </button>
        </li>
      ))}
    </ol>
  );
}

/** The line that is sung at `seconds`; -1 before the first one. */
export function lineAt(lines: readonly { time: number }[], seconds: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.time <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
