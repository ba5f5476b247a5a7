/** A browser's media machinery, small enough to look into: what lies where, and what is heard. */

import { vi } from "vitest";
import { Deck } from "@/player/deck";
import type { GraphLike } from "@/player/session";
import type { Codec } from "@/player/sound";
import type { OpenGraph } from "@/player/stage";

export const RATE = 1000;

/** What each encoded piece is, by its bytes. */
const contents = new WeakMap<ArrayBuffer, { label: string; seconds: number }>();

/** A piece whose sound is a label. */
export function encoded(label: string, seconds: number): ArrayBuffer {
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

function aContext(): GraphLike["context"] {
  const context = {
    state: "running" as AudioContextState,
    resume: async () => void (context.state = "running"),
    suspend: async () => void (context.state = "suspended"),
  };
  return context;
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
      context: aContext(),
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
