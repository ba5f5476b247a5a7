/** Plays two sounds of a track beside each other, apart from the queue: what is compared is nobody else's business. */

import type { Enhancement } from "@/api/types";
import { AbGraph, type Side } from "./ab-graph";
import { Feeder } from "./feeder";
import { Filler } from "./filler";
import { listenWhile, Session, type GraphLike } from "./session";
import { volumeGain } from "./sound";
import type { SoundSource } from "./sound-source";
import { lay, segmentAt, type LaidTrack } from "./timeline";

/** What is compared, as the server has matched it. */
export interface Compared {
  trackId: string;
  key: string;
  sampleRate: number;
  preset: string;
  intensity: number;
  /** What both are turned up or down by, dB. */
  gainDb: number;
}

export interface SwitchedGraph extends GraphLike {
  choose(side: Side): void;
}

export interface ComparisonState {
  playing: boolean;
  loading: boolean;
  side: Side;
  duration: number;
  error: Error | null;
}

const ENTRY = "comparison";

export class Comparison {
  #state: ComparisonState = { playing: false, loading: false, side: "a", duration: 0, error: null };
  #session: Session | null = null;
  #track: LaidTrack | null = null;
  #work = new AbortController();
  readonly #feeder: Feeder;
  readonly #filler: Filler;
  readonly #watchers = new Set<() => void>();

  constructor(
    private readonly source: SoundSource,
    private readonly openGraph: (rate: number) => Promise<SwitchedGraph> = AbGraph.open,
  ) {
    const enhancement: Enhancement = { enabled: true, preset: "adaptive", intensity: 1 };
    this.#feeder = new Feeder(source, () => enhancement);
    this.#filler = new Filler(this.#feeder, {
      session: () => this.#session,
      signal: () => this.#work.signal,
      enhancement: () => enhancement,
      advance: () => undefined,
      followed: () => undefined,
      failed: (error) => this.#set({ error, playing: false, loading: false }),
    });
  }

  get state(): ComparisonState {
    return this.#state;
  }

  /** Seconds into the track. */
  get position(): number {
    const [session, track] = [this.#session, this.#track];
    return session && track ? Math.max(0, Math.min(track.frames, session.now - track.start) / session.rate) : 0;
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Make a pair of sounds ready from `seconds` on; the one before goes. */
  async load(compared: Compared, seconds: number, volume: number): Promise<void> {
    const playing = this.#state.playing;
    this.close();
    const work = (this.#work = new AbortController());
    this.#set({ loading: true, error: null, playing: false });
    try {
      const { trackId, key, preset, intensity, sampleRate: rate } = compared;
      const manifest = await this.source.manifest({ trackId, rate, preset, intensity }, work.signal);
      const graph = await this.openGraph(rate);
      if (work.signal.aborted) return graph.close();
      const session = new Session(graph);
      const sound = { id: `ab:${key}`, variant: "ab" as const, key, preset, intensity };
      const track = session.place(lay({ entryId: ENTRY, trackId }, 0, manifest, sound));
      session.current = track;
      [this.#session, this.#track] = [session, track];
      this.#listen(graph);
      this.setVolume(volume);
      graph.setLevel(compared.gainDb);
      this.choose(this.#state.side);
      this.#set({ duration: track.frames / rate });
      await this.#place(session, track, seconds);
      if (playing) await this.play();
    } catch (error) {
      if (!work.signal.aborted) this.#set({ loading: false, error: error as Error });
    }
  }

  async play(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    if (session.graph.context.state !== "running") void session.graph.context.resume().catch(() => undefined);
    this.#set({ playing: true });
    await session.graph.deck.element.play().catch((error: Error) => this.#set({ playing: false, error }));
  }

  pause(): void {
    this.#session?.graph.deck.element.pause();
    this.#set({ playing: false });
  }

  async seek(seconds: number): Promise<void> {
    const { signal } = this.#work;
    try {
      if (this.#session && this.#track) await this.#place(this.#session, this.#track, seconds);
    } catch (error) {
      if (!signal.aborted) this.#set({ loading: false, playing: false, error: error as Error });
    }
  }

  choose(side: Side): void {
    (this.#session?.graph as SwitchedGraph | undefined)?.choose(side);
    this.#set({ side });
  }

  setVolume(volume: number): void {
    this.#session?.graph.setVolume(volumeGain(volume));
  }

  close(): void {
    this.#work.abort();
    this.#session?.graph.close();
    this.#session = this.#track = null;
    this.#set({ playing: false, loading: false });
  }

  async #place(session: Session, track: LaidTrack, seconds: number): Promise<void> {
    const { signal } = this.#work;
    const frame = Math.max(0, Math.min(Math.round(seconds * session.rate), track.frames - 1));
    track.from = segmentAt(track.manifest.segments, frame);
    await this.#feeder.bring(session, track, frame, signal, () => this.#set({ loading: true }));
    session.graph.deck.element.currentTime = (track.start + frame) / session.rate;
    this.#set({ loading: false });
    void this.#filler.run();
  }

  #listen(graph: GraphLike): void {
    const listen = listenWhile(graph, () => this.#session?.graph === graph);
    listen("timeupdate", () => void this.#filler.run());
    listen("ended", () => this.#set({ playing: false }));
    listen("error", () => this.#set({ playing: false, error: new Error("The browser could not play this sound.") }));
  }

  #set(change: Partial<ComparisonState>): void {
    this.#state = { ...this.#state, ...change };
    for (const watcher of this.#watchers) watcher();
  }
}
