/** Timeline arithmetic: tracks laid one after the other in frames, which segment is needed next, where to change over. */

import type { Manifest, SegmentEntry } from "@/api/types";
import { nextBlock, type Blocks } from "./blocks";
import type { Sound } from "./sound";

export const AHEAD_SECONDS = 60;
export const BEHIND_SECONDS = 30;
/** Old sound is removed in pieces of at least this length, not sliver by sliver. */
const PRUNE_STEP_SECONDS = 10;
/** A fade of a transition lasts 30 ms; a second one may begin after the first. */
export const FADE_SECONDS = 0.05;

/** A queue entry on the timeline: its frame 0 lies at timeline frame `start`. */
export interface LaidTrack {
  entryId: string;
  trackId: string;
  start: number;
  manifest: Manifest;
  sound: Sound;
  /** Length in frames; what the manifest estimates until the last segment has told. */
  frames: number;
  exact: boolean;
  /** Which sound lies in the buffer for each segment; "mixed" where a transition runs through it. */
  appended: Map<number, string>;
  /** Coded blocks of what lies there for each segment. */
  blocks: Map<number, Blocks>;
  /** First segment that has to be of `sound`; those before it play as they lie. */
  from: number;
}

/** What is told of a piece of sound once it lies in the buffer. */
export interface Laid {
  startFrame: number;
  frames: number;
  final: boolean;
  /** Its coded blocks, where known. */
  blocks: Blocks | null;
}

export function lay(entry: { entryId: string; trackId: string }, start: number, manifest: Manifest, sound: Sound): LaidTrack {
  return {
    entryId: entry.entryId,
    trackId: entry.trackId,
    start,
    manifest,
    sound,
    frames: manifest.frames,
    exact: manifest.framesExact,
    appended: new Map(),
    blocks: new Map(),
    from: 0,
  };
}

/** Index into `segments` of the one that holds `frame`; the last one for frames beyond the end. */
export function segmentAt(segments: readonly SegmentEntry[], frame: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle]!.startFrame <= frame) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Segment at whose start `frame` lies, or the first after it; `segments.length` when there is none. */
export function borderFrom(segments: readonly SegmentEntry[], frame: number): number {
  const index = segmentAt(segments, frame);
  const segment = segments[index];
  if (!segment) return segments.length;
  return segment.startFrame >= frame ? index : index + 1;
}

/** The first segment from track frame `position` on that is needed before `horizon` and does not lie there yet. */
export function nextMissing(track: LaidTrack, position: number, horizon: number): SegmentEntry | null {
  const { segments } = track.manifest;
  const first = Math.max(track.from, segmentAt(segments, Math.max(0, position)));
  for (let index = first; index < segments.length; index += 1) {
    const segment = segments[index]!;
    if (segment.startFrame >= Math.min(horizon, track.frames)) return null;
    if (track.appended.get(index) !== track.sound.id) return segment;
  }
  return null;
}

/** Whether everything from `position` to the track's end lies in the buffer as wanted, and the end is certain. */
export function isComplete(track: LaidTrack, position: number): boolean {
  return track.exact && nextMissing(track, position, Infinity) === null;
}

/** Note that segment `index` of sound `id` lies in the buffer; the final one tells the track's true length. */
export function noteAppended(track: LaidTrack, index: number, id: string, piece: Laid): void {
  track.appended.set(index, id);
  noteBlocks(track, index, piece);
  if (piece.final) {
    track.frames = piece.startFrame + piece.frames;
    track.exact = true;
  }
}

/** Note that a transition piece has been laid over the track: from its end on, `sound` is wanted. */
export function noteTransition(track: LaidTrack, sound: Sound, manifest: Manifest, piece: Laid): void {
  const { segments } = manifest;
  track.sound = sound;
  track.manifest = manifest;
  track.from = piece.final ? segments.length : borderFrom(segments, piece.startFrame + piece.frames);
  for (let index = segmentAt(segments, piece.startFrame); index < track.from; index += 1) {
    track.appended.set(index, "mixed");
    noteBlocks(track, index, piece);
  }
}

function noteBlocks(track: LaidTrack, index: number, { blocks }: Laid): void {
  if (blocks === null) track.blocks.delete(index);
  else track.blocks.set(index, blocks);
}

/**
 * Track frame at which a change of sound may begin: `lead` seconds ahead, after any fade still to come, where a coded
 * block begins (Firefox drops a block that is laid over in part, and stalls in the gap); null near the end.
 */
export function transitionFrame(
  track: LaidTrack,
  position: number,
  rate: number,
  lead: number,
  notBefore: number,
): number | null {
  const earliest = Math.ceil(Math.max(position + lead * rate, notBefore - track.start));
  const blocks = track.blocks.get(segmentAt(track.manifest.segments, earliest));
  const frame = blocks ? nextBlock(blocks, earliest) : earliest;
  return frame + 0.1 * rate >= track.frames ? null : frame;
}

/** Seconds of old sound to remove, or null: what lies more than 30 s behind `now`. */
export function pruneBefore(bufferedStart: number, now: number): number | null {
  const end = now - BEHIND_SECONDS;
  return end - bufferedStart >= PRUNE_STEP_SECONDS ? end : null;
}

/** Forget the segments of which anything has been removed before timeline frame `end`. */
export function forgetBefore(track: LaidTrack, end: number): void {
  for (const index of track.appended.keys()) {
    const segment = track.manifest.segments[index];
    if (!segment || track.start + segment.startFrame < end) track.appended.delete(index);
  }
}
