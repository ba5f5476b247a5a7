/** The part of the queue that this page holds, and how it follows the changes that the server tells. */

import type { QueueItem, QueueState, QueueUpdated } from "@/api/types";

const LONGEST_WINDOW = 400;

type Splice = NonNullable<QueueUpdated["splices"]>[number];

interface Window {
  offset: number;
  entries: QueueItem[];
}

/** The queue after a change; null where it cannot be told from what is held: it is to be asked for again. */
export function afterChange(queue: QueueState | null, change: QueueUpdated): QueueState | null {
  if (queue !== null && change.revision <= queue.revision) return queue;
  if (queue?.revision !== change.fromRevision || change.splices === null) return null;
  const { offset, entries } = trimmed(change.splices.reduce(spliced, queue), change.currentIndex);
  const { revision, total, currentIndex, canUndo, canRedo } = change;
  return { revision, total, currentIndex, canUndo, canRedo, offset, entries };
}

function spliced({ offset, entries }: Window, { at, removed, inserted }: Splice): Window {
  const end = offset + entries.length;
  const behind = at + removed.length;
  if (at > end) return { offset, entries };
  if (at < offset && behind <= offset) return { offset: offset + inserted.length - removed.length, entries };
  const rest = entries.slice(Math.max(0, behind - offset));
  return { offset: Math.min(offset, at), entries: [...entries.slice(0, Math.max(0, at - offset)), ...inserted, ...rest] };
}

function trimmed({ offset, entries }: Window, currentIndex: number | null): Window {
  const surplus = entries.length - LONGEST_WINDOW;
  if (surplus <= 0) return { offset, entries };
  const first = Math.min(surplus, Math.max(0, (currentIndex ?? 0) - offset - LONGEST_WINDOW / 2));
  return { offset: offset + first, entries: entries.slice(first, first + LONGEST_WINDOW) };
}
