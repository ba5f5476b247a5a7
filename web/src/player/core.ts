/**
 * The player core: plays queue entries gaplessly through MediaSource, follows changes of sound, and says what happened.
 * It knows neither React nor the socket; the conductor tells it what to do.
 */

import { isAbort } from "@/api/http";
import type { Enhancement, Manifest } from "@/api/types";
import { changeAtRest, changeCurrent, changeUpcoming, leadFor, type ChangeOver, type Lead } from "./changeover";
import { Announcer, IDLE, type CoreEvent, type CoreSnapshot } from "./core-state";
import { Feeder } from "./feeder";
import { Filler } from "./filler";
import { Graph } from "./graph";
import { Session, type Entry, type GraphLike } from "./session";
import { gainDb, resolveSound, sameEnhancement, timelineRate } from "./sound";
import type { SoundSource } from "./sound-source";
import { lay, segmentAt, type LaidTrack } from "./timeline";

export interface CoreOptions {
  openGraph?: (rate: number, volume: number) => Promise<GraphLike>;
  lead?: Lead;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A load or a seek that takes longer than this is told as a stall, so that other clients see the clock stand. */
const SLOW_MS = 300;
/** So close to the end, waiting means that the track is over. */
const END_SECONDS = 0.3;

export class PlayerCore {
  #session: Session | null = null;
  #entry: Entry | null = null;
  #next: Entry | null = null;
  #pendingSeconds: number | null = null;
  #enhancement: Enhancement = { enabled: false, preset: "adaptive", intensity: 1 };
  #volume = 1;
  #work = new AbortController();
  #change = new AbortController();
  #changing = false;
  #joinTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #announcer = new Announcer();
  readonly #feeder: Feeder;
  readonly #filler: Filler;
  readonly #openGraph: NonNullable<CoreOptions["openGraph"]>;
  readonly #lead: Lead;

  constructor(
    readonly source: SoundSource,
    options: CoreOptions = {},
  ) {
    this.#feeder = new Feeder(source, () => this.#enhancement, options.wait);
    this.#filler = new Filler(source, this.#feeder, {
      session: () => (this.snapshot.phase === "ready" ? this.#session : null),
      signal: () => this.#work.signal,
      enhancement: () => this.#enhancement,
      advance: () => void this.#advance(),
      followed: () => this.#armJoin(),
      failed: (error) => this.#entry && this.#fail(this.#entry.entryId, error),
    });
    this.#openGraph = options.openGraph ?? Graph.open;
    this.#lead = options.lead ?? leadFor(globalThis.navigator?.userAgent ?? "");
  }

  get snapshot(): CoreSnapshot {
    return this.#announcer.snapshot;
  }

  get graph(): GraphLike | null {
    return this.#session?.graph ?? null;
  }

  /** Tracks on the timeline, for diagnosis: where each one's frame 0 lies, in timeline frames. */
  get laid(): { entryId: string; trackId: string; start: number; frames: number }[] {
    const tracks = [this.#session?.current, this.#session?.upcoming].filter((track) => !!track);
    return tracks.map(({ entryId, trackId, start, frames }) => ({ entryId, trackId, start, frames }));
  }

  /** Seconds into the current track, as heard now; where it is going while that is still loading. */
  get position(): number {
    const session = this.#session;
    if (this.#pendingSeconds !== null || !session?.current) return this.#pendingSeconds ?? 0;
    const { start, frames } = session.current;
    return Math.min(frames, Math.max(0, session.graph.deck.element.currentTime * session.rate - start)) / session.rate;
  }

  watch(watcher: () => void): () => void {
    return this.#announcer.watch(watcher);
  }

  on(listener: (event: CoreEvent) => void): () => void {
    return this.#announcer.on(listener);
  }

  /** Begin to fetch what a `load` in the next moment will need; nothing is heard and nothing fails by it. */
  prepare(track: Pick<Entry, "trackId" | "sampleRate">, enhancement: Enhancement, seconds: number): void {
    const { trackId } = track;
    const rate = timelineRate(track.sampleRate);
    const { preset, intensity } = enhancement;
    const warm = (manifest: Manifest) => {
      const index = segmentAt(manifest.segments, seconds * rate);
      this.source.warm({ trackId, rate, sound: resolveSound(enhancement, manifest), index });
    };
    this.source.manifest({ trackId, rate, preset, intensity }).then(warm, () => undefined);
  }

  /** Play (or stand ready at) a track that joins nothing; whatever was going on before is given up. */
  load(entry: Entry, seconds: number, playing: boolean): Promise<void> {
    const signal = this.#supersede();
    this.#entry = entry;
    this.#pendingSeconds = seconds;
    this.#silence();
    this.#announcer.set({ phase: "loading", entryId: entry.entryId, playing, sounding: false, variant: null });
    return this.#surely(entry, signal, async () => {
      const session = await this.#sessionAt(timelineRate(entry.sampleRate), signal);
      const wanted = this.#enhancement;
      const { preset, intensity } = wanted;
      const request = { trackId: entry.trackId, rate: session.rate, preset, intensity };
      const manifest = await this.#feeder.patiently(() => this.source.manifest(request, signal), signal);
      signal.throwIfAborted();
      session.current = session.place(lay(entry, session.freshStart(), manifest, resolveSound(wanted, manifest)));
      session.setNext(this.#next);
      const { start } = session.current;
      await this.#place(session, session.current, seconds, signal);
      await session.graph.deck.remove(0, start / session.rate - 1);
    });
  }

  /** Choose the entry that is to follow without a gap, or none. */
  setNext(entry: Entry | null): void {
    this.#next = entry;
    if (!this.#session?.current) return;
    this.#session.setNext(entry);
    void this.#filler.run();
  }

  play(): void {
    if (!this.#entry) return;
    this.#announcer.set({ playing: true });
    if (this.snapshot.phase === "ready") void this.#start();
  }

  pause(): void {
    this.#announcer.set({ playing: false, sounding: false });
    this.#session?.graph.deck.element.pause();
    clearTimeout(this.#joinTimer);
    if (this.snapshot.phase === "ready") this.#announcer.emit({ type: "moved" });
  }

  stop(): void {
    this.#supersede();
    this.#silence();
    this.#entry = this.#next = null;
    this.#pendingSeconds = null;
    this.#announcer.set({ ...IDLE, rate: this.snapshot.rate, underruns: this.snapshot.underruns });
  }

  async seek(seconds: number): Promise<void> {
    const overtaken = this.#changing;
    this.#change.abort();
    await this.#seek(seconds);
    if (overtaken) await this.setEnhancement(this.#enhancement, true);
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#session?.graph.setVolume(volume);
  }

  /** Change the sound; while it plays it changes with a short fade, ahead of the playhead. The last choice wins. */
  async setEnhancement(enhancement: Enhancement, force = false): Promise<void> {
    if (!force && sameEnhancement(enhancement, this.#enhancement)) return;
    this.#enhancement = enhancement;
    this.#change.abort();
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
    const context = this.graph?.context;
    if (context && context.state !== "running") void context.resume().catch(() => undefined);
    if (this.snapshot.blocked && this.snapshot.playing) void this.#start();
  }

  async #changeSound(wanted: Enhancement, signal: AbortSignal): Promise<void> {
    const session = this.#session;
    const track = session?.current;
    if (!session || !track) return;
    const change: ChangeOver = { session, source: this.source, feeder: this.#feeder, wanted, lead: this.#lead, signal };
    if (this.snapshot.sounding) {
      await changeCurrent(change, track);
    } else if ((await changeAtRest(change, track, session.now - track.start)) === "changed") {
      await this.#seek(this.position);
    }
    if (session.upcoming) await changeUpcoming(change, session.upcoming);
    this.#announcer.set({ variant: session.current?.sound.variant ?? null });
    this.#level(session);
    void this.#filler.run();
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
    clearTimeout(this.#joinTimer);
    this.#work = new AbortController();
    return this.#work.signal;
  }

  #silence(): void {
    const session = this.#session;
    if (!session) return;
    this.#change.abort();
    session.graph.deck.element.pause();
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

  async #sessionAt(rate: number, signal: AbortSignal): Promise<Session> {
    const old = this.#session;
    if (old && old.rate === rate && old.graph.deck.isOpen) return old;
    this.#session = null;
    old?.graph.close();
    const graph = await this.#openGraph(rate, this.#volume);
    if (signal.aborted) {
      graph.close();
      signal.throwIfAborted();
    }
    graph.setVolume(this.#volume);
    this.#listen(graph);
    this.#announcer.set({ rate: graph.rate });
    return (this.#session = new Session(graph));
  }

  #listen(graph: GraphLike): void {
    const listen = (type: string, listener: () => void) =>
      graph.deck.element.addEventListener(type, () => {
        if (this.#session?.graph === graph) listener();
      });
    listen("playing", () => {
      this.#announcer.set({ sounding: true, blocked: false });
      this.#armJoin();
      this.#announcer.emit({ type: "moved" });
    });
    listen("waiting", () => this.#waiting());
    listen("ended", () => this.#ended());
    listen("timeupdate", () => void this.#filler.run());
    listen("error", () => this.#entry && this.#fail(this.#entry.entryId, new Error("The browser could not play this sound.")));
  }

  /** Bring the playhead to `seconds` of a laid track, fetching what lies there first where that is needed. */
  async #place(session: Session, track: LaidTrack, seconds: number, signal: AbortSignal): Promise<void> {
    const { element } = session.graph.deck;
    const frame = Math.max(0, Math.min(Math.round(seconds * session.rate), track.frames - 1));
    this.#pendingSeconds = seconds;
    track.from = segmentAt(track.manifest.segments, frame);
    session.fadeEnd = 0;
    for (let laid = session.lies(track, frame); !laid; ) {
      element.pause();
      this.#announcer.set({ phase: "loading", sounding: false });
      laid = await this.#feeder.lay(session, track, segmentAt(track.manifest.segments, frame), signal);
      signal.throwIfAborted();
      if (frame >= track.frames) return this.#ended();
    }
    element.currentTime = (track.start + frame) / session.rate;
    this.#pendingSeconds = null;
    this.#announcer.set({ phase: "ready", variant: track.sound.variant });
    this.#level(session);
    void this.#filler.run();
    if (this.snapshot.playing && element.paused) return this.#start();
    this.#armJoin();
    this.#announcer.emit({ type: "moved" });
  }

  async #start(): Promise<void> {
    const graph = this.graph;
    if (!graph) return;
    if (graph.context.state !== "running") void graph.context.resume().catch(() => undefined);
    try {
      await graph.deck.element.play();
    } catch (error) {
      if ((error as Error).name === "NotAllowedError") this.#announcer.set({ blocked: true });
      else if (!isAbort(error) && this.#entry) this.#fail(this.#entry.entryId, error as Error);
    }
  }

  #waiting(): void {
    const session = this.#session;
    const track = session?.current;
    if (!track || session.graph.deck.element.seeking || !this.snapshot.sounding) return;
    const left = (track.start + track.frames - session.now) / session.rate;
    if (left < END_SECONDS && track.exact && !session.upcoming) return this.#ended();
    session.reconcile();
    track.from = segmentAt(track.manifest.segments, session.now - track.start);
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

  /** Play the current track as loud as the listener's mode of loudness wants it. */
  #level(session: Session | null): void {
    if (session?.current) session.graph.setLevel(gainDb(session.current.sound, session.current.manifest));
  }

  /** Wake up at the moment the next track begins to sound. */
  #armJoin(): void {
    clearTimeout(this.#joinTimer);
    const session = this.#session;
    if (!session?.upcoming || !this.snapshot.playing) return;
    const seconds = session.upcoming.start / session.rate - session.graph.deck.element.currentTime;
    this.#joinTimer = setTimeout(() => this.#advance() || this.#armJoin(), Math.max(5, seconds * 1000));
  }

  #advance(): boolean {
    const previousId = this.#entry?.entryId;
    const track = this.#session?.advance();
    if (!track || previousId === undefined) return false;
    this.#entry = { entryId: track.entryId, trackId: track.trackId, sampleRate: track.manifest.sourceSampleRate };
    this.#next = null;
    this.#announcer.set({ entryId: track.entryId, variant: track.sound.variant });
    this.#level(this.#session);
    this.#announcer.emit({ type: "joined", entryId: track.entryId, previousId });
    return true;
  }
}
