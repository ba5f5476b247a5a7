/** What can be done with playlists; a failure is told, and what is shown is asked for again. */

import type { QueryClient } from "@tanstack/react-query";
import { request, send, url, type Answer } from "@/api/http";
import { invalidatePlaylists, type Page } from "@/api/queries";
import type { Playlist, PlaylistEntry, PlaylistImported } from "@/api/types";
import { notify } from "@/app/store";

const at = (id: string) => `/playlists/${encodeURIComponent(id)}`;

/** Do it; null where it failed, which has been told then. */
async function change<T>(client: QueryClient, id: string | undefined, call: Promise<Answer<T>>): Promise<T | null> {
  try {
    return (await call).data;
  } catch (error) {
    notify("error", (error as Error).message);
    return null;
  } finally {
    invalidatePlaylists(client, id);
  }
}

export const createPlaylist = (client: QueryClient, name: string, trackIds: string[] = []) =>
  change<Playlist>(client, undefined, send("POST", "/playlists", { name, trackIds }));

export const describePlaylist = (client: QueryClient, id: string, name: string, description: string) =>
  change<Playlist>(client, id, send("PATCH", at(id), { name, description }));

export const addTracks = (client: QueryClient, id: string, trackIds: string[]) =>
  change<Playlist>(client, id, send("POST", `${at(id)}/tracks`, { trackIds }));

/** A playlist of its own with the same tracks. */
export const duplicatePlaylist = (client: QueryClient, { id, name }: Playlist) =>
  change<Playlist>(client, undefined, send("POST", `${at(id)}/duplicate`, { name: `${name} (copy)`.slice(0, 200) }));

export const stepBack = (client: QueryClient, id: string) => change<Playlist>(client, id, send("POST", `${at(id)}/undo`));
export const stepForward = (client: QueryClient, id: string) => change<Playlist>(client, id, send("POST", `${at(id)}/redo`));

export async function deletePlaylist(client: QueryClient, { id, name }: Playlist): Promise<boolean> {
  const gone = await change(client, undefined, send("DELETE", at(id)));
  if (!gone) return false;
  notify("info", `“${name}” is deleted.`, () => void change(client, id, send("POST", `${at(id)}/restore`)));
  return true;
}

export async function clearPlaylist(client: QueryClient, { id, name }: Playlist): Promise<void> {
  const cleared = await change(client, id, send("POST", `${at(id)}/clear`));
  if (cleared) notify("info", `“${name}” is empty.`, () => void stepBack(client, id));
}

export async function removeEntry(client: QueryClient, id: string, entry: PlaylistEntry): Promise<void> {
  const done = await change(client, id, send("DELETE", `${at(id)}/tracks/${encodeURIComponent(entry.entryId)}`));
  if (done) notify("info", `“${entry.title}” is taken out.`, () => void stepBack(client, id));
}

/** Put an entry after another one, or first; shown at once where both are held. */
export async function moveEntry(client: QueryClient, id: string, entryId: string, afterEntryId: string | null): Promise<void> {
  await client.cancelQueries({ queryKey: ["playlist", id] });
  client.setQueriesData<Page<PlaylistEntry>>({ queryKey: ["playlist", id, `${at(id)}/tracks`] }, (page) => page && { ...page, items: moved(page.items, entryId, afterEntryId) });
  await change(client, id, send("POST", `${at(id)}/reorder`, { entryId, afterEntryId }));
}

/** `entries` with one put behind another; unchanged where one of the two is not among them. */
export function moved(entries: PlaylistEntry[], entryId: string, afterEntryId: string | null): PlaylistEntry[] {
  const entry = entries.find((one) => one.entryId === entryId);
  const rest = entries.filter((one) => one.entryId !== entryId);
  const place = afterEntryId === null ? 0 : rest.findIndex((one) => one.entryId === afterEntryId) + 1;
  if (!entry || (afterEntryId !== null && place === 0)) return entries;
  return [...rest.slice(0, place), entry, ...rest.slice(place)];
}

/** Make a playlist from an M3U file, whatever its letters are coded in: the server reads the bytes. */
export async function importPlaylist(client: QueryClient, file: File): Promise<PlaylistImported | null> {
  const name = file.name.replace(/\.m3u8?$/i, "");
  const init = { method: "POST", body: file, headers: { "Content-Type": "audio/x-mpegurl" } };
  const call = request(url("/playlists/import", { name }), init).then((answer) => answer.json() as Promise<Answer<PlaylistImported>>);
  return change(client, undefined, call);
}

export const exportUrl = (id: string) => url(`${at(id)}/export.m3u8`);
