/** Where the sound comes from: the timeline in use, on a graph of the right rate, at the listener's volume. */

import type { Quality } from "@/api/types";
import type { Lead } from "./changeover";
import { mediaSourceClass } from "./deck";
import { Session, type GraphLike } from "./session";
import { timelineRate, type Codec, type Line } from "./sound";

export type OpenGraph<Opened = GraphLike> = (rate: number, volume: number, codec: Codec) => Promise<Opened>;

/** What tests bring of their own. */
export interface CoreOptions {
  openGraph?: OpenGraph;
  lead?: Lead;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export class Stage {
  session: Session | null = null;
  #volume = 1;
  #codec: Codec = "flac";

  constructor(private readonly openGraph: OpenGraph) {}

  get graph(): GraphLike | null {
    return this.session?.graph ?? null;
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.graph?.setVolume(volume);
  }

  /** Choose what the line is to carry, for timelines to come; small needs a browser that knows AAC. Tells what changes. */
  setQuality(quality: Quality): boolean {
    const before = this.#codec;
    this.#codec = quality === "save_data" && mediaSourceClass("aac") ? "aac" : "flac";
    return this.#codec !== before;
  }

  /** On what a track of `sampleRate` is laid. */
  lineFor(sampleRate: number): Line {
    return { rate: timelineRate(sampleRate, this.#codec), codec: this.#codec };
  }

  open(sampleRate: number): Promise<GraphLike> {
    const { rate, codec } = this.lineFor(sampleRate);
    return this.openGraph(rate, this.#volume, codec);
  }

  /** The timeline for a track of `sampleRate`: the one in use, or a fresh one whose graph `opened` is told of. */
  async at(sampleRate: number, signal: AbortSignal, opened: (graph: GraphLike) => void): Promise<Session> {
    const old = this.session;
    const { rate, codec } = this.lineFor(sampleRate);
    if (old && old.rate === rate && old.codec === codec && old.graph.deck.isOpen) return old;
    this.session = null;
    old?.graph.close();
    const graph = await this.open(sampleRate);
    if (signal.aborted) {
      graph.close();
      signal.throwIfAborted();
    }
    graph.setVolume(this.#volume);
    opened(graph);
    return (this.session = new Session(graph));
  }

  /** Another timeline, laid elsewhere, is the one in use. */
  take(session: Session): void {
    session.graph.setVolume(this.#volume);
    this.session = session;
  }

  /** Let it sound; false where the browser waits for a click. */
  async start(): Promise<boolean> {
    const { graph } = this;
    if (!graph) return true;
    this.wake();
    try {
      await graph.deck.element.play();
    } catch (error) {
      if ((error as Error).name === "NotAllowedError") return false;
      throw error;
    }
    return true;
  }

  /** To be called in a click or key press: from then on the browser lets this page sound. */
  wake(): void {
    const context = this.graph?.context;
    if (context && context.state !== "running") void context.resume().catch(() => undefined);
  }
}
