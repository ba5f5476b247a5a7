/** One timeline in use: the graph it sounds through, the track that plays and the one that follows it. */

import { aacBlocks, flacBlocks, type Blocks } from "./blocks";
import type { Deck } from "./deck";
import type { Codec } from "./sound";
import type { Piece } from "./sound-source";
import { AHEAD_SECONDS, forgetBefore, pruneBefore, segmentAt, type LaidTrack } from "./timeline";

/** A queue entry as the player needs to know it. */
export interface Entry {
  entryId: string;
  trackId: string;
  sampleRate: number;
  /** Where it stands on its album, if anywhere: what follows there joins without a gap. */
  place?: AlbumPlace | null;
}

export interface AlbumPlace {
  albumId: string;
  disc: number;
  number: number | null;
}

/** What the player uses of the audio graph; tests bring their own. */
export interface GraphLike {
  readonly rate: number;
  readonly deck: Deck;
  /** The last node before the loudspeaker. */
  readonly analyser: AnalyserNode;
  readonly context: Pick<AudioContext, "state" | "resume" | "suspend">;
  setVolume(volume: number): void;
  /** What is added to the volume so that tracks play as loud as each other, dB. */
  setLevel(gainDb: number): void;
  fade(direction: "in" | "out", seconds: number): void;
  close(): void;
}

/** Listen to a graph's element for as long as `holds` says that it counts. */
export function listenWhile(graph: GraphLike, holds: () => boolean): (type: string, listener: () => void) => void {
  return (type, listener) => graph.deck.element.addEventListener(type, () => holds() && listener());
}

/** Removing sound this close to the playhead makes browsers skip. */
const UNTOUCHABLE_SECONDS = 0.6;
const LEAST_AHEAD_SECONDS = 15;
const END_SECONDS = 0.3;

export class Session {
  current: LaidTrack | null = null;
  upcoming: LaidTrack | null = null;
  next: Entry | null = null;
  /** The entry that could not be prepared; it is tried again when its turn comes. */
  spoiled: string | null = null;
  /** Timeline frame before which no further change of sound may begin. */
  fadeEnd = 0;
  ahead = AHEAD_SECONDS;
  /** Timeline frame at which everything laid so far has ended. */
  #laidEnd = 0;

  constructor(readonly graph: GraphLike) {}

  get rate(): number {
    return this.graph.rate;
  }

  /** How all sound of this timeline is coded. */
  get codec(): Codec {
    return this.graph.deck.codec;
  }

  /** Lay a piece of a track where it belongs, `nudge` seconds late. */
  append(track: LaidTrack, { bytes, startFrame, frames }: Piece, nudge = 0): Promise<void> {
    const { deck } = this.graph;
    const start = (track.start + startFrame) / this.rate + nudge;
    if (this.codec === "flac") return deck.append(bytes, start);
    // AAC is right only with its neighbours around it: they are coded along, and cut off here.
    return deck.append(bytes, start - this.#leadOf(track) / this.rate, { start, end: start + frames / this.rate });
  }

  /** The coded blocks of a piece, where they are known. */
  blocksOf(track: LaidTrack, { bytes, startFrame, frames }: Piece): Blocks | null {
    if (this.codec === "aac") return aacBlocks(startFrame, frames, this.#leadOf(track));
    return flacBlocks(startFrame, frames, bytes);
  }

  #leadOf(track: LaidTrack): number {
    return track.manifest.aac?.leadFrames ?? 0;
  }

  /** The timeline frame that is heard now. */
  get now(): number {
    return Math.round(this.graph.deck.element.currentTime * this.rate);
  }

  /** Seconds into the current track. */
  get position(): number | null {
    if (!this.current) return null;
    const { start, frames } = this.current;
    return Math.min(frames, Math.max(0, this.graph.deck.element.currentTime * this.rate - start)) / this.rate;
  }

  /** Whether so little is left, and nothing follows, that waiting means that the track is over. */
  get isOver(): boolean {
    const { current: track } = this;
    return track !== null && track.exact && !this.upcoming && (track.start + track.frames - this.now) / this.rate < END_SECONDS;
  }

  /** See what the browser still holds of a track that has run dry, and begin there. */
  recover(track: LaidTrack): void {
    this.reconcile();
    track.from = segmentAt(track.manifest.segments, this.now - track.start);
  }

  /** Where the tracks lie, in timeline frames. */
  get laid(): Pick<LaidTrack, "entryId" | "trackId" | "start" | "frames">[] {
    const tracks = [this.current, this.upcoming].filter((track) => track !== null);
    return tracks.map(({ entryId, trackId, start, frames }) => ({ entryId, trackId, start, frames }));
  }

  get horizon(): number {
    return this.now + this.ahead * this.rate;
  }

  /** A fresh place on the timeline for a track that joins nothing: whole seconds, clear of all that was laid. */
  freshStart(): number {
    return (Math.ceil(this.#laidEnd / this.rate) + 2) * this.rate;
  }

  place(track: LaidTrack): LaidTrack {
    this.#laidEnd = Math.max(this.#laidEnd, track.start + track.frames);
    return track;
  }

  /** Let the track that follows take over once it is heard; returns it then. */
  advance(): LaidTrack | null {
    if (!this.upcoming || this.now < this.upcoming.start) return null;
    this.current = this.upcoming;
    this.upcoming = null;
    this.next = null;
    return this.current;
  }

  /** Give back what was laid before the current track. */
  async forgetEarlier(): Promise<void> {
    if (this.current) await this.graph.deck.remove(0, this.current.start / this.rate - 1);
  }

  /** Be silent and forget all tracks; their sound goes when the next one is pruned. */
  clear(): void {
    this.graph.deck.element.pause();
    this.current = this.upcoming = this.next = null;
  }

  /** Choose what follows; sound of another track that was laid already is taken away again. */
  setNext(entry: Entry | null): void {
    if (entry?.entryId === this.next?.entryId || (entry && entry.entryId === this.current?.entryId)) return;
    this.next = entry;
    this.spoiled = null;
    const laid = this.upcoming;
    if (!laid || laid.entryId === entry?.entryId) return;
    if (laid.start - this.now < UNTOUCHABLE_SECONDS * this.rate) return;
    this.upcoming = null;
    void this.graph.deck.remove(laid.start / this.rate, Infinity).catch(() => undefined);
  }

  /** Give back the memory of what was heard a while ago. */
  async prune(): Promise<void> {
    const { deck } = this.graph;
    const oldest = deck.oldest;
    const end = oldest === null ? null : pruneBefore(oldest, deck.element.currentTime);
    if (end === null) return;
    if (this.current) forgetBefore(this.current, Math.ceil(end * this.rate));
    await deck.remove(0, end);
  }

  /** The browser's buffer is full: look less far ahead from now on, and give back what lies further on already. */
  async full(): Promise<void> {
    this.ahead = Math.max(LEAST_AHEAD_SECONDS, this.ahead * 0.7);
    await this.graph.deck.remove(this.#segmentAfter(this.horizon) / this.rate, Infinity);
    this.reconcile();
  }

  /** What was laid ahead of a place that is left fills the buffer, and none of it will be heard: give it back. */
  async empty(): Promise<void> {
    await this.graph.deck.remove(0, Infinity);
    this.reconcile();
  }

  #segmentAfter(frame: number): number {
    const track = [this.current, this.upcoming].find((laid) => laid && frame < laid.start + laid.frames);
    if (!track) return frame;
    const { segments } = track.manifest;
    return track.start + Math.min(track.frames, segments[segmentAt(segments, frame - track.start) + 1]?.startFrame ?? track.frames);
  }

  /** Forget the segments that the browser has thrown out on its own. */
  reconcile(): void {
    for (const track of [this.current, this.upcoming]) {
      for (const index of track?.appended.keys() ?? []) {
        if (!this.holds(track!, index)) track!.appended.delete(index);
      }
    }
  }

  /** Whether the wanted sound lies at track frame `frame`, ready to be heard. */
  lies(track: LaidTrack, frame: number): boolean {
    const index = segmentAt(track.manifest.segments, frame);
    return track.appended.get(index) === track.sound.id && this.holds(track, index);
  }

  holds(track: LaidTrack, index: number): boolean {
    const segment = track.manifest.segments[index];
    if (!segment) return false;
    const start = track.start + segment.startFrame;
    const end = track.start + Math.min(segment.startFrame + segment.frames, track.frames);
    // What has been heard of it may be gone: browsers take that first.
    const from = this.now > start && this.now < end ? this.now : start;
    return this.graph.deck.holds(from / this.rate, end / this.rate);
  }
}
