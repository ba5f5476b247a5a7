/** What the player core tells the outside: its state as one immutable record, and the events that matter to others. */

import type { Fetched } from "./sound";

export interface CoreSnapshot {
  phase: "idle" | "loading" | "ready";
  entryId: string | null;
  /** Whether it is meant to play. */
  playing: boolean;
  /** Whether sound is really coming out. */
  sounding: boolean;
  /** The browser waits for a click before it lets this page sound. */
  blocked: boolean;
  variant: Fetched | null;
  rate: number | null;
  underruns: number;
}

export type CoreEvent =
  | { type: "joined"; entryId: string; previousId: string }
  /** Playback began, paused, moved, stalled or recovered. */
  | { type: "moved" }
  | { type: "ended"; entryId: string }
  | { type: "failed"; entryId: string; error: Error }
  /** The sound could not be changed; what was playing plays on. */
  | { type: "unchanged"; error: Error };

export const IDLE: CoreSnapshot = {
  phase: "idle",
  entryId: null,
  playing: false,
  sounding: false,
  blocked: false,
  variant: null,
  rate: null,
  underruns: 0,
};

/** Holds the snapshot, and tells watchers and listeners. */
export class Announcer {
  #snapshot = IDLE;
  readonly #watchers = new Set<() => void>();
  readonly #listeners = new Set<(event: CoreEvent) => void>();

  get snapshot(): CoreSnapshot {
    return this.#snapshot;
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  on(listener: (event: CoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(change: Partial<CoreSnapshot>): void {
    const names = Object.keys(change) as (keyof CoreSnapshot)[];
    if (names.every((name) => this.#snapshot[name] === change[name])) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const watcher of this.#watchers) watcher();
  }

  emit(event: CoreEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
