/** Edits of a track: sent with the revision that was seen, told where another one came before. */

import type { QueryClient } from "@tanstack/react-query";
import { send } from "@/api/http";
import { invalidateLibrary, invalidateTrack } from "@/api/queries";
import type { Track, TrackDetail, TrackEdit } from "@/api/types";
import { notify } from "@/app/store";

const at = (id: string) => `/tracks/${encodeURIComponent(id)}`;

async function change(client: QueryClient, id: string, call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    notify("error", (error as Error).message);
    return false;
  } finally {
    invalidateTrack(client, id);
    invalidateLibrary(client);
  }
}

export async function saveEdit(client: QueryClient, track: TrackDetail, edit: Partial<TrackEdit>, writeToFile: boolean): Promise<boolean> {
  const body = { ...edit, expectedRevision: track.revision, ...(writeToFile ? { writeToFile } : {}) };
  const done = await change(client, track.id, send("PUT", at(track.id), body));
  if (done) notify("info", writeToFile ? `“${track.title}” is changed, in its file too.` : `“${track.title}” is changed.`);
  return done;
}

/** Let all edited fields say again what the file says. */
export async function takeBackEdits(client: QueryClient, track: TrackDetail): Promise<boolean> {
  const body = Object.fromEntries(track.edited.map((name) => [name, null]));
  const done = await change(client, track.id, send("PUT", at(track.id), body));
  if (done) notify("info", `“${track.title}” says again what its file says.`);
  return done;
}

/** Take a track out of the library, also for later scans; its file stays. */
export async function hideTrack(client: QueryClient, track: Pick<Track, "id" | "title">): Promise<void> {
  if (await change(client, track.id, send("DELETE", at(track.id)))) {
    notify("info", `“${track.title}” is out of the library; its file stays.`, () => void showTrack(client, track));
  }
}

export async function showTrack(client: QueryClient, track: Pick<Track, "id" | "title">): Promise<void> {
  await change(client, track.id, send("PUT", at(track.id), { hidden: false }));
}
