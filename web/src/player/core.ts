/**
 * The player core: plays queue entries gaplessly through MediaSource, follows changes of sound, and says what happened.
 * It knows neither React nor the socket; the conductor tells it what to do.
 */

import { isAbort } from "@/api/http";
import type { Enhancement, Quality } from "@/api/types";
import { changeAll, leadFor, type ChangeOver, type Lead } from "./changeover";
import { Crossfade } from "./crossfade";
import { Announcer, IDLE, type CoreEvent, type CoreSnapshot } from "./core-state";
import { Feeder, type Coming } from "./feeder";
import { Filler } from "./filler";
import { Graph } from "./graph";
import { JoinClock } from "./join-clock";
import { listenWhile, type Entry, type Session, type GraphLike } from "./session";
import { gainDb, resolveSound, sameEnhancement } from "./sound";
import type { SoundSource } from "./sound-source";
import { Stage, type CoreOptions } from "./stage";
import { lay, segmentAt, type LaidTrack } from "./timeline";

/** A load or a seek that takes longer than this is told as a stall, so that other clients see the clock stand. */
const SLOW_MS = 300;

export class PlayerCore {
  #entry: Entry | null = null;
  #next: Entry | null = null;
  #pendingSeconds: number | null = null;
  #enhancement: Enhancement = { enabled: false, preset: "adaptive", intensity: 1 };
  #work = new AbortController();
  #change = new AbortController();
  #changing = false;
  readonly #joinClock = new JoinClock(() => this.#advance());
  readonly #announcer = new Announcer();
  readonly #feeder: Feeder;
  readonly #filler: Filler;
  readonly #crossfade: Crossfade;
  readonly #stage: Stage;
  readonly #lead: Lead;

  constructor(
    readonly source: SoundSource,
    options: CoreOptions = {},
  ) {
    this.#stage = new Stage(options.openGraph ?? Graph.open);
    this.#feeder = new Feeder(source, () => this.#enhancement, options.wait);
    this.#filler = new Filler(this.#feeder, {
      session: () => (this.snapshot.phase === "ready" ? this.#session : null),
      signal: () => this.#work.signal,
      enhancement: () => this.#enhancement,
      advance: () => void this.#advance(),
      followed: () => this.#joinClock.arm(this.#sounds),
      failed: (error) => this.#entry && this.#fail(this.#entry.entryId, error),
    });
    this.#crossfade = new Crossfade(this.#feeder, {
      session: () => (this.snapshot.sounding ? this.#sounds : null),
      entry: () => this.#entry,
      next: () => this.#next,
      enhancement: () => this.#enhancement,
      open: (sampleRate) => this.#stage.open(sampleRate),
      take: (session, entry) => this.#take(session, entry),
    });
    this.#lead = options.lead ?? leadFor(globalThis.navigator?.userAgent ?? "");
  }

  get #session(): Session | null {
    return this.#stage.session;
  }

  get #sounds(): Session | null {
    return this.snapshot.playing ? this.#session : null;
  }

  get snapshot(): CoreSnapshot {
    return this.#announcer.snapshot;
  }

  get graph(): GraphLike | null {
    return this.#stage.graph;
  }

  /** Tracks on the timeline, for diagnosis: where each one's frame 0 lies, in timeline frames. */
  get laid(): Session["laid"] {
    return this.#session?.laid ?? [];
  }

  /** Seconds into the current track, as heard now; where it is going while that is still loading. */
  get position(): number {
    return this.#pendingSeconds ?? this.#session?.position ?? 0;
  }

  watch = (watcher: () => void): (() => void) => this.#announcer.watch(watcher);
  on = (listener: (event: CoreEvent) => void): (() => void) => this.#announcer.on(listener);

  /** Open and fetch what a `load` in the next moment will need; nothing is heard and nothing fails by it. */
  prepare(track: Coming, enhancement: Enhancement, seconds: number): Promise<void> {
    const fetched = this.#feeder.prepare(track, this.#stage.lineFor(track.sampleRate), enhancement, seconds);
    this.#stage.ready(track.sampleRate);
    return fetched;
  }

  /** Somebody is at the page: get ready what a first track of `sampleRate` will need, whichever it is. */
  stir = (sampleRate: number): void => this.#stage.stir(sampleRate);

  /** Play (or stand ready at) a track that joins nothing; whatever was going on before is given up. */
  load(entry: Entry, seconds: number, playing: boolean): Promise<void> {
    const signal = this.#supersede();
    this.#crossfade.cut();
    this.#entry = entry;
    this.#pendingSeconds = seconds;
    this.#silence();
    this.#announcer.set({ phase: "loading", entryId: entry.entryId, playing, sounding: false, variant: null });
    return this.#surely(entry, signal, async () => {
      const session = await this.#stage.at(entry.sampleRate, signal, (graph) => this.#listen(graph));
      const wanted = this.#enhancement;
      const manifest = await this.#feeder.manifest(entry.trackId, session.rate, wanted, signal);
      signal.throwIfAborted();
      session.current = session.place(lay(entry, session.freshStart(), manifest, resolveSound(wanted, manifest)));
      session.setNext(this.#joined);
      await this.#place(session, session.current, seconds, signal);
      await session.forgetEarlier();
    });
  }

  /** Choose the entry that is to follow without a gap, or none. */
  setNext(entry: Entry | null): void {
    this.#next = entry;
    this.#follow();
  }

  /** How long tracks that do not belong together overlap. */
  setCrossfade(seconds: number): void {
    if (seconds === this.#crossfade.seconds) return;
    this.#crossfade.seconds = seconds;
    this.#crossfade.cancel();
    this.#follow();
  }

  play(): void {
    if (!this.#entry) return;
    this.#announcer.set({ playing: true });
    if (this.snapshot.phase === "ready") void this.#start();
  }

  pause(): void {
    this.#announcer.set({ playing: false, sounding: false });
    this.#session?.graph.deck.element.pause();
    this.#joinClock.stop();
    this.#crossfade.cut();
    this.#crossfade.look();
    if (this.snapshot.phase === "ready") this.#announcer.emit({ type: "moved" });
  }

  stop(): void {
    this.#supersede();
    this.#crossfade.cut();
    this.#silence();
    this.#entry = this.#next = null;
    this.#pendingSeconds = null;
    this.#announcer.set({ ...IDLE, rate: this.snapshot.rate, underruns: this.snapshot.underruns });
  }

  async seek(seconds: number): Promise<void> {
    const overtaken = this.#changing;
    this.#change.abort();
    this.#crossfade.cut();
    await this.#seek(seconds);
    if (overtaken) await this.setEnhancement(this.#enhancement, true);
  }

  setVolume(volume: number): void {
    this.#stage.setVolume(volume);
    this.#crossfade.setVolume(volume);
  }

  /** Choose what the line is to carry; what plays is fetched anew from where it is. */
  setQuality(quality: Quality): void {
    if (!this.#stage.setQuality(quality)) return;
    this.#crossfade.cancel();
    if (this.#entry) void this.load(this.#entry, this.position, this.snapshot.playing);
  }

  /** Change the sound; while it plays it changes with a short fade, ahead of the playhead. The last choice wins. */
  async setEnhancement(enhancement: Enhancement, force = false): Promise<void> {
    if (!force && sameEnhancement(enhancement, this.#enhancement)) return;
    this.#enhancement = enhancement;
    this.#change.abort();
    this.#crossfade.cancel();
    const entry = this.#entry;
    if (!entry) return;
    if (this.snapshot.phase === "loading") return this.load(entry, this.position, this.snapshot.playing);
    const change = (this.#change = new AbortController());
    this.#changing = true;
    try {
      await this.#changeSound(enhancement, change.signal);
    } catch (error) {
      if (!change.signal.aborted && !isAbort(error)) this.#announcer.emit({ type: "unchanged", error: error as Error });
    } finally {
      if (this.#change === change) this.#changing = false;
    }
  }

  /** What is known of a track, or of all, has changed (it has been analysed, say): ask again how it is to sound. */
  refresh(trackId?: string): void {
    this.source.forget(trackId);
    const concerned = [undefined, this.#entry?.trackId, this.#session?.upcoming?.trackId].includes(trackId);
    if (concerned) void this.setEnhancement(this.#enhancement, true);
  }

  /** To be called in a click or key press: from then on the browser lets this page sound. */
  unlock(): void {
    this.#stage.wake();
    if (this.snapshot.blocked && this.snapshot.playing) void this.#start();
  }

  async #changeSound(wanted: Enhancement, signal: AbortSignal): Promise<void> {
    const session = this.#session;
    if (!session?.current) return;
    const change: ChangeOver = { session, source: this.source, feeder: this.#feeder, wanted, lead: this.#lead, signal };
    await changeAll(change, this.snapshot.sounding, () => this.#seek(this.position));
    this.#announcer.set({ variant: session.current?.sound.variant ?? null });
    this.#level(session);
    void this.#filler.run();
    this.#crossfade.look();
  }

  #seek(seconds: number): Promise<void> {
    const session = this.#session;
    const entry = this.#entry;
    if (!entry) return Promise.resolve();
    if (!session?.current) return this.load(entry, seconds, this.snapshot.playing);
    const track = session.current;
    const signal = this.#supersede();
    return this.#surely(entry, signal, () => this.#place(session, track, seconds, signal));
  }

  /** Abort what is under way; the signal is that of the new work. */
  #supersede(): AbortSignal {
    this.#work.abort();
    this.#crossfade.cancel();
    this.#joinClock.stop();
    this.#work = new AbortController();
    return this.#work.signal;
  }

  #silence(): void {
    const session = this.#session;
    if (!session) return;
    this.#change.abort();
    session.clear();
  }

  /** Do `work`; a failure that is not an abort is the entry's. */
  async #surely(entry: Entry, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const slow = setTimeout(() => this.#announcer.emit({ type: "moved" }), SLOW_MS);
    signal.addEventListener("abort", () => clearTimeout(slow));
    try {
      await work();
    } catch (error) {
      if (!signal.aborted && !isAbort(error)) this.#fail(entry.entryId, error as Error);
    } finally {
      clearTimeout(slow);
    }
  }

  #fail(entryId: string, error: Error): void {
    if (this.#entry?.entryId !== entryId) return;
    this.stop();
    this.#announcer.emit({ type: "failed", entryId, error });
  }

  #listen(graph: GraphLike): void {
    this.#announcer.set({ rate: graph.rate });
    const { element } = graph.deck;
    // Events come late: what the element said before it was paused or given something else is not so any more.
    const listen = listenWhile(graph, () => this.#session?.graph === graph);
    listen("playing", () => {
      if (element.paused) return;
      this.#announcer.set({ sounding: true, blocked: false });
      this.#joinClock.arm(this.#sounds);
      this.#announcer.emit({ type: "moved" });
    });
    listen("waiting", () => this.#waiting());
    listen("ended", () => this.snapshot.phase === "ready" && this.#ended());
    listen("timeupdate", () => {
      void this.#filler.run();
      this.#crossfade.look();
    });
    listen("error", () => this.#entry && this.#fail(this.#entry.entryId, new Error("The browser could not play this sound.")));
  }

  /** Bring the playhead to `seconds` of a laid track, fetching what lies there first where that is needed. */
  async #place(session: Session, track: LaidTrack, seconds: number, signal: AbortSignal): Promise<void> {
    const { element } = session.graph.deck;
    const frame = Math.max(0, Math.min(Math.round(seconds * session.rate), track.frames - 1));
    this.#pendingSeconds = seconds;
    track.from = segmentAt(track.manifest.segments, frame);
    session.fadeEnd = 0;
    const waiting = () => {
      element.pause();
      this.#announcer.set({ phase: "loading", sounding: false });
    };
    await this.#feeder.bring(session, track, frame, signal, waiting);
    if (frame >= track.frames) return this.#ended();
    element.currentTime = (track.start + frame) / session.rate;
    this.#pendingSeconds = null;
    this.#announcer.set({ phase: "ready", variant: track.sound.variant });
    this.#level(session);
    void this.#filler.run();
    if (this.snapshot.playing && element.paused) return this.#start();
    this.#joinClock.arm(this.#sounds);
    this.#announcer.emit({ type: "moved" });
  }

  async #start(): Promise<void> {
    try {
      if (!(await this.#stage.start())) this.#announcer.set({ blocked: true });
    } catch (error) {
      if (!isAbort(error) && this.#entry) this.#fail(this.#entry.entryId, error as Error);
    }
  }

  #waiting(): void {
    const session = this.#session;
    const track = session?.current;
    if (!track || session.graph.deck.element.seeking || !this.snapshot.sounding) return;
    if (session.isOver) return this.#ended();
    session.recover(track);
    this.#announcer.set({ sounding: false, underruns: this.snapshot.underruns + 1 });
    this.#announcer.emit({ type: "moved" });
    void this.#filler.run();
  }

  #ended(): void {
    const entryId = this.#entry?.entryId;
    if (this.#advance() || entryId === undefined || !this.snapshot.playing) return;
    this.#session?.graph.deck.element.pause();
    this.#announcer.set({ sounding: false });
    this.#announcer.emit({ type: "ended", entryId });
  }

  /** What follows without a gap; null where nothing follows, or where it is faded into. */
  get #joined(): Entry | null {
    return this.#crossfade.fades(this.#entry, this.#next) ? null : this.#next;
  }

  #follow(): void {
    if (!this.#session?.current) return;
    this.#session.setNext(this.#joined);
    void this.#filler.run();
    this.#crossfade.look();
  }

  /** Another timeline sounds from now on: the next track has been faded into. */
  #take(session: Session, entry: Entry): void {
    const previousId = this.#entry?.entryId;
    this.#supersede();
    this.#stage.take(session);
    [this.#entry, this.#next] = [entry, null];
    this.#listen(session.graph);
    this.#announcer.set({ entryId: entry.entryId, variant: session.current?.sound.variant ?? null });
    if (previousId !== undefined) this.#announcer.emit({ type: "joined", entryId: entry.entryId, previousId });
    void this.#filler.run();
  }

  /** Play the current track as loud as the listener's mode of loudness wants it. */
  #level(session: Session | null): void {
    if (session?.current) session.graph.setLevel(gainDb(session.current.sound, session.current.manifest));
  }

  #advance(): boolean {
    const previousId = this.#entry?.entryId;
    const track = this.#session?.advance();
    if (!track || previousId === undefined) return false;
    const place = this.#next?.entryId === track.entryId ? (this.#next.place ?? null) : null;
    this.#entry = { entryId: track.entryId, trackId: track.trackId, sampleRate: track.manifest.sourceSampleRate, place };
    this.#next = null;
    this.#announcer.set({ entryId: track.entryId, variant: track.sound.variant });
    this.#level(this.#session);
    this.#announcer.emit({ type: "joined", entryId: track.entryId, previousId });
    return true;
  }
}
