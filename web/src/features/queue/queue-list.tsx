import { Play, Redo2, Trash2, Undo2, X } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useShallow } from "zustand/react/shallow";
import { conductor } from "@/app/auralis";
import { clearQueue, moveInQueue, redoQueue, removeFromQueue, undoQueue } from "@/app/queue";
import { useApp } from "@/app/store";
import type { QueueItem } from "@/api/types";
import { formatTime, plural } from "@/lib/format";
import { IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Empty } from "@/ui/state";
import styles from "./queue.module.css";

/** What plays, what comes, what was: played by a double click or Enter, moved by dragging or Alt and an arrow key. */
export function QueueList() {
  const [queue, currentId] = useApp(useShallow((state) => [state.queue, state.player?.current?.entryId ?? null]));
  const list = useRef<HTMLUListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const current = queue?.entries.findIndex((entry) => entry.entryId === currentId) ?? -1;
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView?.({ block: "center" });
  }, []);
  if (!queue || queue.entries.length === 0) {
    return (
      <>
        {queue && <Steps canUndo={queue.canUndo} canRedo={queue.canRedo} />}
        <Empty title="The queue is empty">Play an album or a track, and what follows is shown here.</Empty>
      </>
    );
  }
  const { entries } = queue;
  const position = queue.offset + Math.max(0, current);
  const focusEntry = (index: number) => list.current?.querySelectorAll<HTMLElement>("li > button:first-child")[index]?.focus();
  const onKeyDown = (event: KeyboardEvent<HTMLUListElement>) => {
    const index = [...event.currentTarget.children].findIndex((item) => item.contains(document.activeElement));
    const item = entries[index];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!item) return;
    if (event.key === "Delete") removeFromQueue([item.entryId]);
    else if (step === undefined) return;
    else if (event.altKey) moveBy(entries, index, step);
    else focusEntry(index + step);
    event.preventDefault();
  };
  return (
    <>
      <div className={styles.head}>
        <p className={styles.count}>
          {current >= 0 ? `${position + 1} of ` : ""}
          {plural(queue.total, "track")}
        </p>
        <Steps canUndo={queue.canUndo} canRedo={queue.canRedo} />
        <IconButton label="Clear the queue, but for what plays" size="small" disabled={queue.total < 2} onClick={clearQueue}>
          <Trash2 size={15} />
        </IconButton>
      </div>
      <ul ref={list} className={styles.list} aria-label="Queue" onKeyDown={onKeyDown}>
        {entries.map((item, index) => (
          <Entry
            key={item.entryId}
            item={item}
            place={index < current ? "past" : index === current ? "current" : "next"}
            dragged={dragged}
            onDrag={setDragged}
            onDrop={() => dragged && moveInQueue(dragged, behind(entries, dragged, index))}
          />
        ))}
      </ul>
    </>
  );
}

/** The entry that a dragged one comes to stand behind when it is dropped on the one at `index`. */
export function behind(entries: QueueItem[], dragged: string, index: number): string | null {
  const from = entries.findIndex(({ entryId }) => entryId === dragged);
  return entries[from < index ? index : index - 1]?.entryId ?? null;
}

function moveBy(entries: QueueItem[], index: number, step: number): void {
  const target = index + step;
  if (target < 0 || target >= entries.length) return;
  moveInQueue(entries[index]!.entryId, entries[step > 0 ? target : target - 1]?.entryId ?? null);
}

function Steps({ canUndo, canRedo }: { canUndo: boolean; canRedo: boolean }) {
  return (
    <>
      <IconButton label="Undo the last change of the queue" size="small" disabled={!canUndo} onClick={undoQueue}>
        <Undo2 size={15} />
      </IconButton>
      <IconButton label="Redo what was undone" size="small" disabled={!canRedo} onClick={redoQueue}>
        <Redo2 size={15} />
      </IconButton>
    </>
  );
}

interface EntryProps {
  item: QueueItem;
  place: "past" | "current" | "next";
  dragged: string | null;
  onDrag: (entryId: string | null) => void;
  onDrop: () => void;
}

function Entry({ item, place, dragged, onDrag, onDrop }: EntryProps) {
  const { track } = item;
  const [over, setOver] = useState(false);
  const play = () => void conductor.jump(item);
  return (
    <li
      data-place={place}
      data-lane={item.lane}
      data-over={over || undefined}
      data-missing={track.missing || undefined}
      aria-current={place === "current" ? "true" : undefined}
      draggable
      onDragStart={() => onDrag(item.entryId)}
      onDragEnd={() => onDrag(null)}
      onDragOver={(event) => {
        if (dragged === null || dragged === item.entryId) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop();
      }}
    >
      <button
        type="button"
        className={styles.entry}
        title="Alt with an arrow key moves it, Delete removes it"
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
          <span className={styles.artist}>
            {track.missing && "File is away · "}
            {track.artist ?? "Unknown artist"}
          </span>
        </span>
        <span className={`${styles.time} numeric`}>{formatTime(track.duration)}</span>
      </button>
      <IconButton
        label="Remove from the queue"
        size="small"
        tabIndex={-1}
        className={styles.remove}
        onClick={() => removeFromQueue([item.entryId])}
      >
        <X size={14} />
      </IconButton>
    </li>
  );
}

/** A touch, a key, or a screen reader means the entry; a mouse has the double click for that. */
function isMeant({ pointerType, detail }: PointerEvent): boolean {
  return pointerType === "touch" || detail === 0;
}
