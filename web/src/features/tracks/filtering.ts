/** Filters of the library in the page's address, and playing among what passes them. */

import type { Page, TrackFilters } from "@/api/queries";
import type { Track } from "@/api/types";
import { conductor } from "@/app/auralis";
import { notify } from "@/app/store";

/** So many tracks around the chosen one go into the queue. */
const MOST_PLAYED = 500;
const NUMBERS = ["yearMin", "yearMax", "ratingMin"] as const;

export function filtersOf(params: URLSearchParams): TrackFilters {
  const filters: TrackFilters = {};
  for (const name of NUMBERS) {
    const value = Number(params.get(name));
    if (params.get(name) && Number.isInteger(value) && value >= 0 && value <= (name === "ratingMin" ? 5 : 9999)) filters[name] = value;
  }
  const genre = params.get("genre");
  if (genre) filters.genre = genre;
  if (params.get("favorite") === "true") filters.favorite = true;
  if (params.get("played") === "false") filters.played = false;
  return filters;
}

export function paramsOf(filters: TrackFilters): Record<string, string> {
  return Object.fromEntries(Object.entries(filters).map(([name, value]) => [name, String(value)]));
}

/** Play a track, and after it what follows it in a narrowed list, of which `first` fetches the first so many. */
export async function playAmong(track: Track, first: (limit: number) => Promise<Page<Track>>): Promise<void> {
  try {
    const { items } = await first(MOST_PLAYED);
    const trackIds = items.filter((one) => !one.missing).map(({ id }) => id);
    const context = { type: "tracks" as const, trackIds: trackIds.includes(track.id) ? trackIds : [track.id] };
    void conductor.playTrack(track, { trackId: track.id, context });
  } catch (error) {
    notify("error", (error as Error).message);
  }
}
