/** Favourites and ratings: shown at once, taken back where the server refuses. */

import type { QueryClient } from "@tanstack/react-query";
import { send } from "@/api/http";
import { patchListening, type Listening } from "@/api/listening";
import type { Track } from "@/api/types";
import { dispatch, notify } from "@/app/store";

type Told = Pick<Track, "id" | "favorite" | "rating">;

export async function favor(client: QueryClient, track: Told): Promise<void> {
  const favorite = !track.favorite;
  await tell(client, track, "favorite", { favorite }, { favorite: track.favorite });
}

/** Rate a track from 0 to 5; null takes the rating back. */
export async function rate(client: QueryClient, track: Told, rating: number | null): Promise<void> {
  await tell(client, track, "rating", { rating }, { rating: track.rating });
}

async function tell(client: QueryClient, { id }: Told, what: string, change: Partial<Listening>, before: Partial<Listening>): Promise<void> {
  lay(client, id, change);
  try {
    await send("PUT", `/tracks/${encodeURIComponent(id)}/${what}`, change);
  } catch (error) {
    lay(client, id, before);
    notify("error", (error as Error).message);
  }
}

/** Over the lists that are kept, the player and the queue. */
export function lay(client: QueryClient, trackId: string, change: Partial<Listening>): void {
  patchListening(client, trackId, change);
  dispatch({ type: "listened", trackId, change });
}
