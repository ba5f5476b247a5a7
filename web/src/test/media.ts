/** A browser's media machinery and a server's sound, small enough to look into: what lies where, and what is heard. */

import { vi } from "vitest";
import { ApiError } from "@/api/http";
import type { Manifest, MasteringPlan } from "@/api/types";
import { Deck } from "@/player/deck";
import type { GraphLike } from "@/player/session";
import type { Codec } from "@/player/sound";
import type { OpenGraph } from "@/player/stage";
import type { ManifestRequest, Piece, SegmentRequest, SoundSource, TransitionRequest } from "@/player/sound-source";

export const RATE = 1000;

/** What each encoded piece is, by its bytes. */
const contents = new WeakMap<ArrayBuffer, { label: string; seconds: number }>();

/** What stands before a piece in AAC, and its neighbour's sound at either end, in frames. */
const AAC_LEAD = 120;
const AAC_ROLL = 100;

function encoded(label: string, seconds: number): ArrayBuffer {
  const bytes = new ArrayBuffer(8);
  contents.set(bytes, { label, seconds });
  return bytes;
}

interface Stretch {
  start: number;
  end: number;
  label: string;
}

class FakeSourceBuffer extends EventTarget {
  timestampOffset = 0;
  appendWindowStart = 0;
  appendWindowEnd = Infinity;
  updating = false;
  laid: Stretch[] = [];
  /** Bytes-like limit: seconds that fit. */
  capacity = Infinity;
  failNext = false;

  get buffered() {
    const ranges: [number, number][] = [];
    for (const { start, end } of [...this.laid].sort((a, b) => a.start - b.start)) {
      const last = ranges.at(-1);
      if (last && start <= last[1] + 0.0015) last[1] = Math.max(last[1], end);
      else ranges.push([start, end]);
    }
    return { length: ranges.length, start: (i: number) => ranges[i]![0], end: (i: number) => ranges[i]![1] };
  }

  appendBuffer(bytes: ArrayBuffer): void {
    const { label, seconds } = contents.get(bytes)!;
    const held = this.laid.reduce((sum, { start, end }) => sum + end - start, 0);
    if (held + seconds > this.capacity) throw new DOMException("full", "QuotaExceededError");
    const start = Math.max(this.timestampOffset, this.appendWindowStart);
    const end = Math.min(this.timestampOffset + seconds, this.appendWindowEnd);
    this.#later(() => {
      if (this.failNext) {
        this.failNext = false;
        this.dispatchEvent(new Event("error"));
        return;
      }
      this.#clear(start, end);
      this.laid.push({ start, end, label });
      this.opened();
    });
  }

  remove(start: number, end: number): void {
    this.#later(() => this.#clear(start, end));
  }

  opened: () => void = () => undefined;

  labelAt(seconds: number): string | null {
    return this.laid.find(({ start, end }) => seconds >= start - 1e-9 && seconds < end - 1e-9)?.label ?? null;
  }

  #clear(from: number, to: number): void {
    this.laid = this.laid.flatMap((stretch) => {
      const pieces: Stretch[] = [];
      if (stretch.start < from) pieces.push({ ...stretch, end: Math.min(stretch.end, from) });
      if (stretch.end > to) pieces.push({ ...stretch, start: Math.max(stretch.start, to) });
      return pieces.filter(({ start, end }) => end - start > 1e-9);
    });
  }

  #later(work: () => void): void {
    if (this.updating) throw new DOMException("updating", "InvalidStateError");
    this.updating = true;
    queueMicrotask(() => {
      this.updating = false;
      work();
      this.dispatchEvent(new Event("updateend"));
    });
  }
}

class FakeMediaSource extends EventTarget {
  static isTypeSupported = (): boolean => true;
  static last: FakeMediaSource;
  readyState = "closed";
  #duration = Number.NaN;
  buffer = new FakeSourceBuffer();

  constructor() {
    super();
    FakeMediaSource.last = this;
    this.buffer.opened = () => {
      if (this.readyState === "ended") this.readyState = "open";
    };
  }

  get duration(): number {
    return this.#duration;
  }

  set duration(value: number) {
    if (this.buffer.updating || this.readyState !== "open") throw new DOMException("no", "InvalidStateError");
    this.#duration = value;
  }

  addSourceBuffer(): FakeSourceBuffer {
    return this.buffer;
  }

  endOfStream(): void {
    if (this.buffer.updating) throw new DOMException("updating", "InvalidStateError");
    this.readyState = "ended";
    const { buffered } = this.buffer;
    this.#duration = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
  }

  open(): void {
    this.readyState = "open";
    this.dispatchEvent(new Event("sourceopen"));
  }
}

/** An audio element that plays what lies in the buffer; time moves by `run` only. */
export class FakeAudio extends EventTarget {
  paused = true;
  seeking = false;
  error: unknown = null;
  disableRemotePlayback = false;
  preload = "";
  refuse: Error | null = null;
  heard: string[] = [];
  #time = 0;
  #starved = false;
  media!: FakeMediaSource;

  set src(_: string) {
    this.media = FakeMediaSource.last;
    queueMicrotask(() => this.media.open());
  }

  get currentTime(): number {
    return this.#time;
  }

  set currentTime(seconds: number) {
    this.#time = seconds;
    this.#starved = false;
  }

  get buffer(): FakeSourceBuffer {
    return this.media.buffer;
  }

  async play(): Promise<void> {
    if (this.refuse) throw this.refuse;
    this.paused = false;
    this.#starved = false;
    queueMicrotask(() => this.dispatchEvent(new Event("playing")));
  }

  pause(): void {
    this.paused = true;
  }

  removeAttribute(): void {}
  load(): void {}

  /** Let `seconds` pass in steps of `step`, hearing what lies there. */
  async run(seconds: number, step = 0.05): Promise<void> {
    for (let passed = 0; passed < seconds - 1e-9; passed += step) {
      if (!this.paused) this.#move(step);
      await vi.advanceTimersByTimeAsync(step * 1000);
    }
  }

  #move(step: number): void {
    const label = this.buffer.labelAt(this.#time);
    if (label === null) {
      if (this.media.readyState === "ended" && this.#time >= this.media.duration - 0.06) {
        this.paused = true;
        this.dispatchEvent(new Event("ended"));
      } else if (!this.#starved) {
        this.#starved = true;
        this.dispatchEvent(new Event("waiting"));
      }
      return;
    }
    if (this.#starved) {
      this.#starved = false;
      this.dispatchEvent(new Event("playing"));
    }
    if (this.heard.at(-1) !== label) this.heard.push(label);
    this.#time = Math.round((this.#time + step) * 1e6) / 1e6;
    this.dispatchEvent(new Event("timeupdate"));
  }
}

export interface FakeGraph extends GraphLike {
  audio: FakeAudio;
  volume: number;
  levelDb: number;
  closed: boolean;
  fades: string[];
}

/** Install the fake classes; returns a way to open graphs and the graphs opened so far. */
export function fakeBrowser(): { openGraph: OpenGraph<FakeGraph>; graphs: FakeGraph[] } {
  vi.stubGlobal("MediaSource", FakeMediaSource);
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:fake");
  vi.spyOn(URL, "revokeObjectURL").mockReturnValue(undefined);
  const graphs: FakeGraph[] = [];
  const openGraph = async (rate: number, volume: number, codec: Codec): Promise<FakeGraph> => {
    const audio = new FakeAudio();
    const deck = new Deck(audio as unknown as HTMLAudioElement, codec);
    await deck.open();
    const graph: FakeGraph = {
      rate,
      deck,
      audio,
      volume,
      levelDb: 0,
      closed: false,
      analyser: {} as AnalyserNode,
      context: { state: "running", resume: async () => undefined },
      setVolume: (value) => (graph.volume = value),
      setLevel: (gainDb) => (graph.levelDb = gainDb),
      fades: [],
      fade: (direction, seconds) => void graph.fades.push(`${direction} ${seconds}`),
      close: () => {
        graph.closed = true;
        deck.close();
      },
    };
    graphs.push(graph);
    return graph;
  };
  return { openGraph, graphs };
}

URL.createObjectURL ??= () => "";
URL.revokeObjectURL ??= () => undefined;

const LENGTHS = [1, 2, 4];

function table(frames: number, rate: number): Manifest["segments"] {
  const segments: Manifest["segments"] = [];
  for (let start = 0; start < frames; ) {
    const length = Math.min((LENGTHS[segments.length] ?? 10) * rate, frames - start);
    segments.push({ index: segments.length, startFrame: start, frames: length });
    start += length;
  }
  return segments;
}

interface FakeTrack {
  seconds: number;
  enhanced: boolean;
  exact: boolean;
  /** What the manifest says while it is not exact. */
  estimatedSeconds: number;
}

/** Sound that is all labels: `t1 original 2` is segment 2 of track t1; a transition is `t1 original>enhanced:warm`. */
export class FakeServer implements SoundSource {
  readonly log: string[] = [];
  readonly tracks = new Map<string, FakeTrack>();
  planVersion = 1;
  /** What the listener's mode of loudness makes of every track's original. */
  gainDb = 0;
  /** Answers that go wrong, by what is asked; taken out as they are used. */
  readonly failures = new Map<string, ApiError[]>();
  /** Runs before each answer; a test may hold it back or let time pass in it. */
  before: (asked: string, signal?: AbortSignal) => Promise<void> | void = () => undefined;
  warmed: SegmentRequest[] = [];
  readonly forgotten: string[] = [];

  add(trackId: string, seconds: number, given: Partial<FakeTrack> = {}): void {
    this.tracks.set(trackId, { seconds, enhanced: true, exact: true, estimatedSeconds: seconds, ...given });
  }

  fail(asked: string, status: number, code = "INTERNAL_ERROR", times = 1): void {
    this.failures.set(asked, Array.from({ length: times }, () => new ApiError(status, code, `${code} for ${asked}`)));
  }

  async manifest({ trackId, rate, preset, intensity }: ManifestRequest, signal?: AbortSignal): Promise<Manifest> {
    const track = await this.#answer(`manifest ${trackId} ${preset} ${intensity}`, trackId, signal);
    const frames = (track.exact ? track.seconds : track.estimatedSeconds) * rate;
    return {
      trackId,
      sampleRate: rate,
      sourceSampleRate: rate,
      sourceChannels: 2,
      frames,
      framesExact: track.exact,
      fingerprint: track.exact ? "full" : "estimate",
      confidence: 0.9,
      duration: frames / rate,
      alterations: [],
      aac: { mimeType: "", bitrate: 128_000, leadFrames: AAC_LEAD, rollFrames: AAC_ROLL },
      mimeType: "",
      segments: table(frames, rate),
      variants: {
        original: { key: "o", loudnessLufs: -14, truePeakDbtp: -0.5, gainDb: this.gainDb },
        enhanced: track.enhanced
          ? { key: `${preset}${intensity}v${this.planVersion}`, loudnessLufs: -14, truePeakDbtp: -1, gainDb: this.gainDb - 0.5, plan: {} as MasteringPlan }
          : null,
      },
      enhancedUnavailableReason: track.enhanced ? null : "Not analysed yet.",
      loudness: { mode: "off", playsAtLufs: -14, limitedBy: null },
    };
  }

  async segment({ trackId, rate, codec, sound, index }: SegmentRequest, signal?: AbortSignal): Promise<Piece> {
    const label = `${trackId} ${nameOf(sound)} ${index}${smallOf(codec)}`;
    const track = await this.#answer(`segment ${label}`, trackId, signal);
    if (sound.variant === "enhanced" && !sound.key.endsWith(`v${this.planVersion}`)) {
      throw new ApiError(409, "PLAN_CHANGED", "stale");
    }
    const segment = table(track.seconds * rate, rate)[index];
    if (!segment) throw new ApiError(404, "SEGMENT_NOT_FOUND", "beyond the end");
    const { startFrame, frames } = segment;
    const bytes = encoded(label, bodyFrames(frames, codec) / rate);
    return { bytes, startFrame, frames, final: startFrame + frames >= track.seconds * rate };
  }

  async transition({ trackId, rate, codec, from, to, frame }: TransitionRequest, signal?: AbortSignal): Promise<Piece> {
    const label = `${trackId} ${nameOf(from)}>${nameOf(to)}${smallOf(codec)}`;
    const track = await this.#answer(`transition ${label} ${frame}`, trackId, signal);
    const total = track.seconds * rate;
    const border = table(total, rate).find(({ startFrame }) => startFrame >= frame + rate / 2)?.startFrame ?? total;
    const frames = border - frame;
    return { bytes: encoded(label, bodyFrames(frames, codec) / rate), startFrame: frame, frames, final: border >= total };
  }

  async warm(wanted: SegmentRequest): Promise<void> {
    this.warmed.push(wanted);
  }

  forget(trackId = "all"): void {
    this.forgotten.push(trackId);
  }

  async #answer(asked: string, trackId: string, signal?: AbortSignal): Promise<FakeTrack> {
    signal?.throwIfAborted();
    this.log.push(asked);
    await this.before(asked, signal);
    signal?.throwIfAborted();
    const kind = asked.split(" ")[0]!;
    const failure = this.failures.get(asked)?.shift() ?? this.failures.get(`${kind} ${trackId}`)?.shift();
    if (failure) throw failure;
    return this.tracks.get(trackId)!;
  }
}

const bodyFrames = (frames: number, codec: Codec): number => (codec === "flac" ? frames : frames + AAC_LEAD + AAC_ROLL);
const smallOf = (codec: Codec): string => (codec === "flac" ? "" : " aac");

function nameOf({ variant, preset, intensity }: { variant: string; preset: string; intensity: number }): string {
  return variant === "original" ? "original" : `${preset}${intensity === 1 ? "" : intensity}`;
}
