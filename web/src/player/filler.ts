/** Keeps the timeline filled ahead of the playhead: one fetch at a time, in the order in which it will be heard. */

import { isAbort } from "@/api/http";
import type { Enhancement, SegmentEntry } from "@/api/types";
import { BufferFullError } from "./deck";
import type { Feeder } from "./feeder";
import type { Entry, Session } from "./session";
import { resolveSound } from "./sound";
import { isComplete, lay, nextMissing, type LaidTrack } from "./timeline";

/** How long a segment that could not be had is left alone while there is still sound before it. */
const TRY_AGAIN_MS = 5_000;
/** So close to the playhead, what cannot be had ends the track. */
const LAST_CHANCE_SECONDS = 0.3;

export interface FillerHost {
  /** The timeline to fill, while there is something to fill. */
  session(): Session | null;
  signal(): AbortSignal;
  enhancement(): Enhancement;
  /** Called before each step: the playhead may have reached the next track. */
  advance(): void;
  /** The next track has its place on the timeline now. */
  followed(): void;
  failed(error: Error): void;
}

export class Filler {
  #running = false;
  #again = false;
  /** A segment further on that could not be had: what lies before it is played first. */
  #putOff: { track: LaidTrack; index: number; soundId: string; until: number } | null = null;

  constructor(
    private readonly feeder: Feeder,
    private readonly host: FillerHost,
  ) {}

  /** Fill what is missing; calls while it is at it make it look once more. */
  async run(): Promise<void> {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      const session = this.host.session();
      const signal = this.host.signal();
      if (!session) continue;
      try {
        this.host.advance();
        await session.prune();
        if (await this.#step(session, signal)) this.#again = true;
      } catch (error) {
        if (error instanceof BufferFullError) await session.full().catch(() => undefined);
        else if (!signal.aborted && !isAbort(error)) this.host.failed(error as Error);
      }
    }
    this.#running = false;
  }

  /** Lay the one segment that is needed first; false when there is nothing to do for now. */
  async #step(session: Session, signal: AbortSignal): Promise<boolean> {
    const track = session.current;
    if (!track) return false;
    const { now, horizon } = session;
    const missing = nextMissing(track, now - track.start, horizon - track.start);
    if (missing) return this.#fill(session, track, missing, signal);
    if (!isComplete(track, now - track.start)) return false;
    const { next } = session;
    if (!next || session.spoiled === next.entryId) {
      await session.graph.deck.end();
      return false;
    }
    if (track.start + track.frames > horizon) return false;
    try {
      return await this.#follow(session, track, next, signal);
    } catch (error) {
      if (error instanceof BufferFullError || isAbort(error)) throw error;
      session.spoiled = next.entryId;
      return true;
    }
  }

  /** Lay a segment of the current track; one that cannot be had fails the track only when the playhead comes to it. */
  async #fill(session: Session, track: LaidTrack, { index, startFrame }: SegmentEntry, signal: AbortSignal): Promise<boolean> {
    const waits = this.#putOff;
    const isPutOff = waits?.track === track && waits.index === index && waits.soundId === track.sound.id;
    const secondsLeft = () => (track.start + startFrame - session.now) / session.rate - LAST_CHANCE_SECONDS;
    if (isPutOff && Date.now() < waits.until && secondsLeft() > 0) return false;
    try {
      await this.feeder.lay(session, track, index, signal);
    } catch (error) {
      if (error instanceof BufferFullError || isAbort(error) || signal.aborted || secondsLeft() <= 0) throw error;
      const rest = Math.min(TRY_AGAIN_MS, secondsLeft() * 1000);
      this.#putOff = { track, index, soundId: track.sound.id, until: Date.now() + rest };
      setTimeout(() => void this.run(), rest);
      return false;
    }
    return true;
  }

  async #follow(session: Session, track: LaidTrack, next: Entry, signal: AbortSignal): Promise<boolean> {
    if (!session.upcoming) {
      const wanted = this.host.enhancement();
      const manifest = await this.feeder.manifest(next.trackId, session.rate, wanted, signal);
      if (session.next !== next || session.current !== track || this.host.enhancement() !== wanted) return true;
      session.upcoming = session.place(lay(next, track.start + track.frames, manifest, resolveSound(wanted, manifest)));
      this.host.followed();
    }
    const { upcoming, now, horizon } = session;
    const missing = nextMissing(upcoming, now - upcoming.start, horizon - upcoming.start);
    if (!missing) return false;
    await this.feeder.lay(session, upcoming, missing.index, signal);
    return true;
  }
}
