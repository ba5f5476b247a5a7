/**
 * Lets a track fade into one that does not belong with it: that one is laid on a timeline of its own, ahead of time, and
 * takes over while the old one fades out. Where it is not ready in time the old one simply ends, and nothing is cut.
 */

import { isAbort } from "@/api/http";
import type { Enhancement } from "@/api/types";
import type { Feeder } from "./feeder";
import { Session, type Entry, type GraphLike } from "./session";
import { gainDb, resolveSound } from "./sound";
import { lay, nextMissing } from "./timeline";

/** How long before the fade the next track is made ready. */
const READY_SECONDS = 12;
/** Sound that lies ready beyond the fade itself. */
const SPARE_SECONDS = 3;
/** A fade takes at most this share of either track. */
const MOST_OF_A_TRACK = 0.4;
const LEAST_SECONDS = 0.5;
/** The old graph goes when its fade is over for sure. */
const TAIL_SECONDS = 0.3;

export interface CrossfadeHost {
  /** The timeline that sounds, while it does. */
  session(): Session | null;
  entry(): Entry | null;
  next(): Entry | null;
  enhancement(): Enhancement;
  /** A graph on which a track of `sampleRate` can be laid. */
  open(sampleRate: number): Promise<GraphLike>;
  /** From now on this is the timeline that sounds. */
  take(session: Session, entry: Entry): void;
}

interface Prepared {
  entry: Entry;
  session: Session;
}

/** Whether `next` goes on where `entry` ends, on the same album: then nothing may come between them. */
export function belongTogether(entry: Entry, next: Entry): boolean {
  const [a, b] = [entry.place, next.place];
  if (!a || !b || a.albumId !== b.albumId) return false;
  if (a.number === null || b.number === null) return true;
  return (a.disc === b.disc && b.number === a.number + 1) || (b.disc === a.disc + 1 && b.number === 1);
}

export class Crossfade {
  seconds = 0;
  #prepared: Prepared | null = null;
  #preparing: string | null = null;
  #work = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #outgoing: { graph: GraphLike; timer: ReturnType<typeof setTimeout> } | null = null;

  constructor(
    private readonly feeder: Feeder,
    private readonly host: CrossfadeHost,
  ) {}

  /** Whether `next` is faded into, instead of joined. */
  fades(entry: Entry | null, next: Entry | null): boolean {
    return this.seconds >= LEAST_SECONDS && entry !== null && next !== null && entry.entryId !== next.entryId && !belongTogether(entry, next);
  }

  /** See how far the fade is away: make ready what is needed for it, and wake up when it begins. */
  look(): void {
    clearTimeout(this.#timer);
    const session = this.host.session();
    const track = session?.current;
    const next = this.host.next();
    if (!session || !track?.exact || !next || !this.fades(this.host.entry(), next)) return this.cancel();
    if (this.#prepared && this.#prepared.entry.entryId !== next.entryId) this.cancel();
    const left = (track.start + track.frames - session.now) / session.rate;
    const lasts = this.#lasts(track.frames / session.rate);
    if (left > lasts + READY_SECONDS) return;
    if (!this.#prepared) return void this.#prepare(next, lasts);
    const wait = Math.max(0, left - lasts) * 1000;
    this.#timer = setTimeout(() => this.#begin(Math.min(lasts, left)), wait);
  }

  /** Give up what was made ready. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#work.abort();
    this.#preparing = null;
    this.#prepared?.session.graph.close();
    this.#prepared = null;
  }

  setVolume(volume: number): void {
    this.#prepared?.session.graph.setVolume(volume);
    this.#outgoing?.graph.setVolume(volume);
  }

  /** Let nothing of a track before be heard any more. */
  cut(): void {
    if (!this.#outgoing) return;
    clearTimeout(this.#outgoing.timer);
    this.#outgoing.graph.close();
    this.#outgoing = null;
  }

  #lasts(seconds: number): number {
    return Math.min(this.seconds, seconds * MOST_OF_A_TRACK);
  }

  async #prepare(entry: Entry, lasts: number): Promise<void> {
    if (this.#preparing === entry.entryId) return;
    this.#preparing = entry.entryId;
    const work = (this.#work = new AbortController());
    let graph: GraphLike | null = null;
    try {
      graph = await this.host.open(entry.sampleRate);
      work.signal.throwIfAborted();
      const session = await this.#laid(graph, entry, lasts, work.signal);
      if (graph.context.state !== "running") await graph.context.resume();
      work.signal.throwIfAborted();
      this.#prepared = { entry, session };
      this.look();
    } catch (error) {
      graph?.close();
      // It is not faded into then: the old track ends, and the new one is loaded as after any other end.
      if (!isAbort(error)) console.warn("No crossfade:", error);
    }
  }

  async #laid(graph: GraphLike, entry: Entry, lasts: number, signal: AbortSignal): Promise<Session> {
    const session = new Session(graph);
    const wanted = this.host.enhancement();
    const manifest = await this.feeder.manifest(entry.trackId, session.rate, wanted, signal);
    const track = session.place(lay(entry, session.freshStart(), manifest, resolveSound(wanted, manifest)));
    session.current = track;
    const enough = (lasts + SPARE_SECONDS) * session.rate;
    for (let missing = nextMissing(track, 0, enough); missing; missing = nextMissing(track, 0, enough)) {
      await this.feeder.lay(session, track, missing.index, signal);
      signal.throwIfAborted();
    }
    graph.setLevel(gainDb(track.sound, manifest));
    graph.deck.element.currentTime = track.start / session.rate;
    return session;
  }

  #begin(seconds: number): void {
    const prepared = this.#prepared;
    const session = this.host.session();
    if (!prepared?.session.current || !session || seconds < LEAST_SECONDS) return;
    const lasts = Math.min(seconds, (prepared.session.current.frames / prepared.session.rate) * MOST_OF_A_TRACK);
    this.#prepared = null;
    this.#preparing = null;
    this.cut();
    const { graph } = session;
    const timer = setTimeout(() => this.cut(), (seconds + TAIL_SECONDS) * 1000);
    this.#outgoing = { graph, timer };
    graph.fade("out", seconds);
    prepared.session.graph.fade("in", Math.max(LEAST_SECONDS, lasts));
    this.host.take(prepared.session, prepared.entry);
    void prepared.session.graph.deck.element.play().catch(() => undefined);
  }
}
