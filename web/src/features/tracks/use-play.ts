import { conductor } from "@/app/auralis";
import type { PlayContext, Track } from "@/api/types";

/** How a track of this list is played: in its context, so that the list goes on after it. */
export function playIn(context: PlayContext): (track: Track) => void {
  return (track) => void conductor.playTrack(track, { trackId: track.id, context });
}

/** Pause or go on with what plays already. */
export function togglePlay(): void {
  void conductor.toggle();
}

export function playAll(context: PlayContext): void {
  void conductor.playContext(context);
}
