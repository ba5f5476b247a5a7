import { Play } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { useShallow } from "zustand/react/shallow";
import { conductor } from "@/app/auralis";
import { useApp } from "@/app/store";
import type { QueueItem } from "@/api/types";
import { formatTime, plural } from "@/lib/format";
import { Cover } from "@/ui/cover";
import { Empty } from "@/ui/state";
import styles from "./queue.module.css";

/** What plays, what comes, what was: an entry is played by a double click or Enter. */
export function QueueList() {
  const [queue, currentId] = useApp(useShallow((state) => [state.queue, state.player?.current?.entryId ?? null]));
  const list = useRef<HTMLUListElement>(null);
  const current = queue?.entries.findIndex((entry) => entry.entryId === currentId) ?? -1;
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView?.({ block: "center" });
  }, []);
  if (!queue || queue.entries.length === 0) {
    return <Empty title="The queue is empty">Play an album or a track, and what follows is shown here.</Empty>;
  }
  const position = queue.offset + Math.max(0, current);
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const entries = [...event.currentTarget.querySelectorAll<HTMLElement>("li > button")];
    entries[entries.indexOf(document.activeElement as HTMLElement) + step]?.focus();
    event.preventDefault();
  };
  return (
    <>
      <p className={styles.count}>
        {current >= 0 ? `${position + 1} of ` : ""}
        {plural(queue.total, "track")}
      </p>
      <ul ref={list} className={styles.list} aria-label="Queue" onKeyDown={onKeyDown}>
        {queue.entries.map((item, index) => (
          <Entry key={item.entryId} item={item} place={index < current ? "past" : index === current ? "current" : "next"} />
        ))}
      </ul>
    </>
  );
}

function Entry({ item, place }: { item: QueueItem; place: "past" | "current" | "next" }) {
  const { track } = item;
  const play = () => void conductor.jump(item);
  return (
    <li data-place={place} aria-current={place === "current" ? "true" : undefined}>
      <button
        type="button"
        className={styles.entry}
        onDoubleClick={play}
        onClick={(event) => isMeant(event.nativeEvent as PointerEvent) && play()}
      >
        <span className={styles.art}>
          <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={40} />
          <Play size={16} fill="currentColor" aria-hidden="true" />
        </span>
        <span className={styles.names}>
          {place === "current" && <span className="visually-hidden">Current: </span>}
          <span className={styles.title}>{track.title}</span>
          <span className={styles.artist}>{track.artist ?? "Unknown artist"}</span>
        </span>
        <span className={`${styles.time} numeric`}>{formatTime(track.duration)}</span>
      </button>
    </li>
  );
}

/** A touch, a key, or a screen reader means the entry; a mouse has the double click for that. */
function isMeant({ pointerType, detail }: PointerEvent): boolean {
  return pointerType === "touch" || detail === 0;
}
