/** The sound's way out of the page: audio element → volume → fade → analyser → loudspeaker, all at one rate. */

import { Deck } from "./deck";
import { volumeGain, type Codec } from "./sound";

/** Volume moves over this time: short enough to feel immediate, long enough not to click. */
const RAMP_SECONDS = 0.015;
const FADE_POINTS = 64;

export class Graph {
  readonly deck: Deck;
  readonly analyser: AnalyserNode;
  readonly #gain: GainNode;
  /** Exactly 1 but for a crossfade: then every sample passes untouched. */
  readonly #fader: GainNode;
  #volume: number;
  #levelDb = 0;

  private constructor(
    readonly context: AudioContext,
    element: HTMLAudioElement,
    volume: number,
    codec: Codec,
  ) {
    this.#volume = volume;
    this.#gain = new GainNode(context, { gain: volumeGain(volume) });
    this.#fader = new GainNode(context, { gain: 1 });
    this.analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0.8 });
    // The source node comes before the element's address: Chromium would resample otherwise.
    context.createMediaElementSource(element).connect(this.#gain).connect(this.#fader).connect(this.analyser).connect(context.destination);
    this.deck = new Deck(element, codec);
  }

  /** Build everything at `rate`; an AudioContext keeps its rate for life, and a SourceBuffer its codec. */
  static async open(rate: number, volume: number, codec: Codec = "flac"): Promise<Graph> {
    const graph = new Graph(new AudioContext({ sampleRate: rate, latencyHint: "interactive" }), new Audio(), volume, codec);
    try {
      await graph.deck.open();
    } catch (error) {
      graph.close();
      throw error;
    }
    return graph;
  }

  get rate(): number {
    return this.context.sampleRate;
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#ramp();
  }

  setLevel(gainDb: number): void {
    if (gainDb === this.#levelDb) return;
    this.#levelDb = gainDb;
    this.#ramp();
  }

  /** Fade in or out within `seconds`, at equal power with what fades the other way. */
  fade(direction: "in" | "out", seconds: number): void {
    const { gain } = this.#fader;
    const curve = Float32Array.from({ length: FADE_POINTS }, (_, point) => {
      const turn = (point / (FADE_POINTS - 1)) * (Math.PI / 2);
      return direction === "in" ? Math.sin(turn) : Math.cos(turn);
    });
    gain.cancelScheduledValues(0);
    gain.setValueCurveAtTime(curve, this.context.currentTime, seconds);
  }

  #ramp(): void {
    const { gain } = this.#gain;
    const now = this.context.currentTime;
    gain.cancelScheduledValues(now);
    gain.setValueAtTime(gain.value, now);
    gain.linearRampToValueAtTime(volumeGain(this.#volume) * 10 ** (this.#levelDb / 20), now + RAMP_SECONDS);
  }

  close(): void {
    this.deck.close();
    void this.context.close().catch(() => undefined);
  }
}
