import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ListMusic, Plus } from "lucide-react";
import { useState, type FormEvent } from "react";
import { playlistsPage } from "@/api/queries";
import type { Playlist, Track } from "@/api/types";
import { notify } from "@/app/store";
import { plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import field from "@/ui/field.module.css";
import { Failure, Loading } from "@/ui/state";
import { addTracks, createPlaylist, stepBack } from "./changes";
import styles from "./playlists.module.css";

const MOST = 500;

/** Asks which playlist a track goes into; a new one can be made on the way. */
export default function AddToPlaylist({ track, onClose }: { track: Track; onClose: () => void }) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(playlistsPage(0, MOST));
  const [name, setName] = useState("");
  const add = async ({ id, name: into }: Playlist) => {
    onClose();
    if (await addTracks(client, id, [track.id])) notify("info", `Added to “${into}”.`, () => void stepBack(client, id));
  };
  const create = async (event: FormEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    onClose();
    if (await createPlaylist(client, name.trim(), [track.id])) notify("info", `“${name.trim()}” is made, with “${track.title}” in it.`);
  };
  return (
    <Dialog title={`Add “${track.title}”`} onClose={onClose}>
      <form className={styles.newName} onSubmit={(event) => void create(event)}>
        <input className={field.field} value={name} maxLength={200} placeholder="New playlist" aria-label="Name of a new playlist" onChange={(event) => setName(event.target.value)} />
        <Button type="submit" disabled={!name.trim()}>
          <Plus size={16} aria-hidden="true" /> Create
        </Button>
      </form>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading label="Loading the playlists" />}
      <ul className={styles.targets} aria-label="Playlists">
        {data?.items.map((playlist) => (
          <li key={playlist.id}>
            <button type="button" onClick={() => void add(playlist)}>
              <ListMusic size={18} aria-hidden="true" />
              <span>{playlist.name}</span>
              <small>{plural(playlist.trackCount, "track")}</small>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
