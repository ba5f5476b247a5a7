/** Where the coded blocks of a piece of sound begin: new sound may be laid over old only at such a place without a tear. */

const STREAM_INFO = [...new TextEncoder().encode("dfLa")];
const SEARCHED_BYTES = 2048;

/** Frames of each FLAC block of a segment, from its STREAMINFO; null where it does not say one length for all. */
export function blockFrames(segment: ArrayBuffer): number | null {
  const bytes = new Uint8Array(segment, 0, Math.min(segment.byteLength, SEARCHED_BYTES));
  const at = bytes.findIndex((_, index) => STREAM_INFO.every((byte, place) => bytes[index + place] === byte));
  const info = at + 4 + 4 + 4; // the box's name, its version and flags, the metadata block's header
  if (at < 0 || info + 4 > bytes.length) return null;
  const view = new DataView(segment);
  const [least, most] = [view.getUint16(info), view.getUint16(info + 2)];
  return least === most && least > 0 ? least : null;
}

/** Blocks of `size` frames from `start` on, up to `end`. */
export interface Blocks {
  start: number;
  end: number;
  size: number;
}

/** Frames of each block of AAC. */
const AAC_BLOCK_FRAMES = 1024;

/** Blocks of a piece of sound in AAC, whose body begins `leadFrames` before the piece itself. */
export function aacBlocks(startFrame: number, frames: number, leadFrames: number): Blocks {
  return { start: startFrame - leadFrames, end: startFrame + frames, size: AAC_BLOCK_FRAMES };
}

/** Blocks of a piece of sound in FLAC; null where they are not all of one length. */
export function flacBlocks(startFrame: number, frames: number, segment: ArrayBuffer): Blocks | null {
  const size = blockFrames(segment);
  return size === null ? null : { start: startFrame, end: startFrame + frames, size };
}

/** The first frame at or after `frame` at which a block begins. */
export function nextBlock({ start, end, size }: Blocks, frame: number): number {
  return Math.min(end, start + Math.ceil((frame - start) / size) * size);
}
