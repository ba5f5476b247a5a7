/** Where the sound comes from: the timeline in use, on a graph of the right rate, at the listener's volume. */

import type { Lead } from "./changeover";
import { Session, type GraphLike } from "./session";

export type OpenGraph = (rate: number, volume: number) => Promise<GraphLike>;

/** What tests bring of their own. */
export interface CoreOptions {
  openGraph?: OpenGraph;
  lead?: Lead;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export class Stage {
  session: Session | null = null;
  #volume = 1;

  constructor(private readonly openGraph: OpenGraph) {}

  get graph(): GraphLike | null {
    return this.session?.graph ?? null;
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.graph?.setVolume(volume);
  }

  open(rate: number): Promise<GraphLike> {
    return this.openGraph(rate, this.#volume);
  }

  /** The timeline at `rate`: the one in use, or a fresh one whose graph `opened` is told of. */
  async at(rate: number, signal: AbortSignal, opened: (graph: GraphLike) => void): Promise<Session> {
    const old = this.session;
    if (old && old.rate === rate && old.graph.deck.isOpen) return old;
    this.session = null;
    old?.graph.close();
    const graph = await this.open(rate);
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
