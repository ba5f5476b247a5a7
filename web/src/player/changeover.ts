/** Changes the sound of a track while it plays: a faded transition ahead of the playhead, then the new sound over the old. */

import { isAbort } from "@/api/http";
import type { Enhancement } from "@/api/types";
import type { Feeder } from "./feeder";
import type { Session } from "./session";
import { resolveSound } from "./sound";
import type { SoundSource } from "./sound-source";
import { borderFrom, FADE_SECONDS, noteTransition, segmentAt, transitionFrame, type LaidTrack } from "./timeline";

/** How far ahead of the playhead a browser takes new sound over old without a skip (measured). */
export interface Lead {
  /** A piece that arrives later than this before its place is fetched again for a later one. */
  least: number;
  first: number;
}

export function leadFor(userAgent: string): Lead {
  return userAgent.includes("Firefox") ? { least: 1.0, first: 1.5 } : { least: 0.35, first: 0.65 };
}

const ATTEMPTS = 4;
/** Browsers round times to microseconds; a piece that begins one early would cost the old block a whole sample. */
const NUDGE_SECONDS = 1e-6;

export interface ChangeOver {
  session: Session;
  source: SoundSource;
  feeder: Feeder;
  wanted: Enhancement;
  lead: Lead;
  signal: AbortSignal;
}

/** Outcome for the current track: `kept` nothing to hear changes, `changed` a transition lies ahead, `late` none could. */
export type Outcome = "kept" | "changed" | "late";

/** Change all that is laid; at a standstill `seek` brings the playhead back to where it is, in the new sound. */
export async function changeAll(change: ChangeOver, sounding: boolean, seek: () => Promise<void>): Promise<void> {
  const { session } = change;
  const track = session.current;
  if (!track) return;
  if (sounding) await changeCurrent(change, track);
  else if ((await changeAtRest(change, track, session.now - track.start)) === "changed") await seek();
  if (session.upcoming) await changeUpcoming(change, session.upcoming);
}

/** Change the current track's sound by a transition. */
export async function changeCurrent(change: ChangeOver, track: LaidTrack): Promise<Outcome> {
  const { session, source, feeder, wanted, lead, signal } = change;
  const manifest = await manifestFor(change, track);
  const from = track.sound;
  const to = resolveSound(wanted, manifest);
  if (to.id === from.id) {
    track.manifest = manifest;
    track.sound = to;
    return "kept";
  }
  const { rate, codec } = session;
  let ahead = lead.first;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const frame = transitionFrame(track, session.now - track.start, rate, ahead, session.fadeEnd);
    if (frame === null) break;
    const request = { trackId: track.trackId, rate, codec, from, to, frame };
    const piece = await feeder.patiently(() => source.transition(request, signal), signal).catch(onlyAborts);
    if (signal.aborted || session.current !== track) throw new DOMException("Aborted", "AbortError");
    if (!piece) break;
    if (track.start + piece.startFrame - session.now >= lead.least * rate) {
      session.fadeEnd = track.start + piece.startFrame + Math.ceil(FADE_SECONDS * rate);
      noteTransition(track, to, manifest, { ...piece, blocks: session.blocksOf(track, piece) });
      await session.append(track, piece, NUDGE_SECONDS);
      return "changed";
    }
    ahead *= 2;
  }
  track.manifest = manifest;
  track.sound = to;
  track.from = borderFrom(manifest.segments, session.now - track.start + lead.least * rate);
  return "late";
}

/** Change the sound of a track that is laid but not heard yet: its segments are simply laid again. */
export async function changeUpcoming(change: ChangeOver, track: LaidTrack): Promise<void> {
  const manifest = await manifestFor(change, track);
  const { session, wanted, lead } = change;
  const safe = session.now + lead.least * session.rate - track.start;
  track.manifest = manifest;
  track.sound = resolveSound(wanted, manifest);
  track.from = safe <= 0 ? 0 : borderFrom(manifest.segments, safe);
}

/** Change the sound at a standstill: from the segment under the playhead on, everything is to be laid again. */
export async function changeAtRest(change: ChangeOver, track: LaidTrack, position: number): Promise<Outcome> {
  const manifest = await manifestFor(change, track);
  const before = track.sound.id;
  track.manifest = manifest;
  track.sound = resolveSound(change.wanted, manifest);
  track.from = segmentAt(manifest.segments, position);
  return track.sound.id === before ? "kept" : "changed";
}

/** A transition that cannot be had is no reason to refuse the new sound: it begins at a segment's border then. */
function onlyAborts(error: unknown): null {
  if (isAbort(error)) throw error;
  return null;
}

function manifestFor({ session, feeder, wanted, signal }: ChangeOver, track: LaidTrack) {
  return feeder.manifest(track.trackId, session.rate, wanted, signal);
}
