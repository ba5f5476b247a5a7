/** Two stereo sounds in one stream of four channels: which pair is heard is a matter of two gains, so both stay in phase. */

import { Deck } from "./deck";
import type { GraphLike } from "./session";

export type Side = "a" | "b";

/** Long enough not to click, short enough to be a switch. */
const SWITCH_SECONDS = 0.018;
const CHANNELS = 4;

export class AbGraph implements GraphLike {
  readonly deck: Deck;
  readonly analyser: AnalyserNode;
  readonly #sides: Record<Side, GainNode>;
  readonly #volume: GainNode;
  #setting = 1;
  #levelDb = 0;

  private constructor(
    readonly context: AudioContext,
    element: HTMLAudioElement,
  ) {
    const source = context.createMediaElementSource(element);
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: CHANNELS });
    source.connect(splitter);
    this.#volume = new GainNode(context);
    this.#sides = { a: this.#pair(splitter, 0, 1), b: this.#pair(splitter, 2, 0) };
    this.analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0.8 });
    this.#volume.connect(this.analyser).connect(context.destination);
    this.deck = new Deck(element);
  }

  static async open(rate: number): Promise<AbGraph> {
    const graph = new AbGraph(new AudioContext({ sampleRate: rate, latencyHint: "interactive" }), new Audio());
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

  /** Let the other pair be heard, at the same place to the sample. */
  choose(side: Side): void {
    const now = this.context.currentTime;
    for (const [name, { gain }] of Object.entries(this.#sides)) {
      gain.cancelScheduledValues(now);
      gain.setValueAtTime(gain.value, now);
      gain.linearRampToValueAtTime(name === side ? 1 : 0, now + SWITCH_SECONDS);
    }
  }

  setVolume(volume: number): void {
    this.#setting = volume;
    this.#turn();
  }

  /** The two are matched by the server: what the listener's mode of loudness asks for turns both alike. */
  setLevel(gainDb: number): void {
    this.#levelDb = gainDb;
    this.#turn();
  }

  fade(): void {}

  #turn(): void {
    this.#volume.gain.value = this.#setting * 10 ** (this.#levelDb / 20);
  }

  close(): void {
    this.deck.close();
    void this.context.close().catch(() => undefined);
  }

  #pair(splitter: ChannelSplitterNode, first: number, gain: number): GainNode {
    const merger = new ChannelMergerNode(this.context, { numberOfInputs: 2 });
    splitter.connect(merger, first, 0);
    splitter.connect(merger, first + 1, 1);
    const node = new GainNode(this.context, { gain });
    merger.connect(node).connect(this.#volume);
    return node;
  }
}
