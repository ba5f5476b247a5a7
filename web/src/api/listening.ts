/** What a listener makes of a track, laid over every copy of it that this page holds. */

import type { QueryClient } from "@tanstack/react-query";
import type { Track, TrackUpdated } from "./types";

export type Listening = Pick<Track, "rating" | "favorite" | "playCount" | "skipCount" | "lastPlayed">;

const MEMBERS = ["rating", "favorite", "playCount", "skipCount", "lastPlayed"] as const;

/** The members of a message that speak of listening; null where there are none. */
export function listeningOf(message: TrackUpdated): Partial<Listening> | null {
  const given = MEMBERS.filter((member) => message[member] !== undefined);
  return given.length === 0 ? null : Object.fromEntries(given.map((member) => [member, message[member]]));
}

/** `value` with `change` laid over the track wherever it stands; what holds no such track stays the same object. */
export function withListening<T>(value: T, trackId: string, change: Partial<Listening>): T {
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => withListening(item, trackId, change));
    return items.some((item, index) => item !== value[index]) ? (items as T) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if ("favorite" in value && "id" in value) return value.id === trackId ? { ...value, ...change } : value;
  const members = Object.entries(value).map(([name, member]) => [name, member, withListening(member as unknown, trackId, change)] as const);
  if (members.every(([, before, after]) => before === after)) return value;
  return Object.fromEntries(members.map(([name, , after]) => [name, after])) as T;
}

/** Lay a change over the answers that are kept. */
export function patchListening(client: QueryClient, trackId: string, change: Partial<Listening>): void {
  for (const root of ["library", "playlist", "history"]) {
    client.setQueriesData({ queryKey: [root] }, (data: unknown) => withListening(data, trackId, change));
  }
}
