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
  /** Opened before it is needed, while the server is told what to play. */
  #opening: { line: Line; graph: Promise<GraphLike> } | null = null;
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

  /** Begin to open what `at` will need for a track of `sampleRate`; to be called in a click or key press. */
  ready(sampleRate: number): void {
    const line = this.lineFor(sampleRate);
    if (this.#carries(line) || sameLine(this.#opening?.line, line)) return;
    this.#giveUpOpening();
    const graph = this.open(sampleRate);
    graph.catch(() => undefined); // whoever needs it is told
    this.#opening = { line, graph };
  }

  /** Somebody is at the page and may press play: open for a track of `sampleRate` what takes long, and let it rest. */
  stir(sampleRate: number): void {
    if (this.session || this.#opening) return;
    this.ready(sampleRate);
    void this.#opening!.graph.then((graph) => graph.context.suspend()).catch(() => undefined);
  }

  /** The timeline for a track of `sampleRate`: the one in use, or a fresh one whose graph `opened` is told of. */
  async at(sampleRate: number, signal: AbortSignal, opened: (graph: GraphLike) => void): Promise<Session> {
    const old = this.session;
    if (old && this.#carries(this.lineFor(sampleRate))) return old;
    this.session = null;
    old?.graph.close();
    this.ready(sampleRate);
    const { graph: opening } = this.#opening!;
    this.#opening = null; // whoever overtakes this opens another: this one goes with what it was opened for
    const graph = await opening;
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
    resume(graph);
    try {
      await graph.deck.element.play();
    } catch (error) {
      if ((error as Error).name === "NotAllowedError") return false;
      throw error;
    }
    return true;
  }

  /** Whether the timeline in use can hold what comes over `line`. */
  #carries(line: Line): boolean {
    return this.session !== null && sameLine(this.session, line) && this.session.graph.deck.isOpen;
  }

  #giveUpOpening(): void {
    void this.#opening?.graph.then((graph) => graph.close(), () => undefined);
    this.#opening = null;
  }

  /** To be called in a click or key press: from then on the browser lets this page sound. */
  wake(): void {
    resume(this.graph);
    void this.#opening?.graph.then(resume, () => undefined);
  }
}

function resume(graph: GraphLike | null): void {
  if (graph && graph.context.state !== "running") void graph.context.resume().catch(() => undefined);
}

function sameLine(one: Line | undefined, other: Line): boolean {
  return one?.rate === other.rate && one.codec === other.codec;
}
