import { describe, expect, it } from "vitest";
import type { QueueItem, QueueState, QueueUpdated } from "@/api/types";
import { aTrack } from "@/test/factories";
import { aQueue } from "@/test/socket";
import { afterChange } from "./queue-window";

const item = (entryId: string): QueueItem => ({ entryId, lane: "context", track: aTrack(1) });
const ids = (queue: QueueState | null) => queue?.entries.map(({ entryId }) => entryId);

function change(given: Partial<QueueUpdated>): QueueUpdated {
  const flags = { canUndo: true, canRedo: false };
  return { action: "add", fromRevision: 1, revision: 2, total: 0, currentIndex: 0, ...flags, splices: [], ...given };
}

/** A random number generator that is the same every time (mulberry32). */
function randomly(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

describe("the window of the queue", () => {
  it("ignores what it knows, and asks again where it cannot follow", () => {
    const queue = aQueue({ revision: 5 });
    expect(afterChange(queue, change({ fromRevision: 4, revision: 5 }))).toBe(queue);
    expect(afterChange(queue, change({ fromRevision: 6, revision: 7 }))).toBeNull();
    expect(afterChange(queue, change({ fromRevision: 5, revision: 6, splices: null }))).toBeNull();
    expect(afterChange(null, change({}))).toBeNull();
  });

  it("shows the same part of the queue as the server has, whatever is changed", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const below = randomly(seed);
      let whole = Array.from({ length: 5 + below(40) }, (_, n) => item(`s${n}`));
      const offset = below(whole.length);
      const shown = whole.slice(offset, offset + 1 + below(12));
      let queue: QueueState | null = aQueue({ offset, entries: shown, total: whole.length });
      for (let revision = 2; revision < 12; revision += 1) {
        const at = below(whole.length + 1);
        const removed = whole.slice(at, at + below(5)).map(({ entryId }) => entryId);
        const inserted = Array.from({ length: below(4) }, (_, n) => item(`r${revision}-${n}`));
        whole = [...whole.slice(0, at), ...inserted, ...whole.slice(at + removed.length)];
        const splices = [{ at, removed, inserted }];
        queue = afterChange(queue, change({ fromRevision: revision - 1, revision, total: whole.length, splices }));
        expect(ids(queue)).toEqual(whole.slice(queue!.offset, queue!.offset + queue!.entries.length).map((entry) => entry.entryId));
      }
    }
  });

  it("does not grow for ever, and keeps what is around the current entry", () => {
    const entries = Array.from({ length: 390 }, (_, n) => item(`s${n}`));
    const inserted = Array.from({ length: 100 }, (_, n) => item(`i${n}`));
    const queue = aQueue({ entries, total: 390 });
    const later = afterChange(queue, change({ total: 490, currentIndex: 480, splices: [{ at: 390, removed: [], inserted }] }));
    expect(later!.entries).toHaveLength(400);
    expect(later!.offset).toBe(90);
    expect(later!.entries.at(-1)!.entryId).toBe("i99");
  });
});
