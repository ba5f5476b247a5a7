import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ListPlus, Play, X } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { tracksOf } from "@/api/queries";
import { addToQueue } from "@/app/queue";
import { createPlaylist } from "@/features/playlists/changes";
import { NameDialog } from "@/features/playlists/name-dialog";
import { playAll } from "@/features/tracks/use-play";
import { plural } from "@/lib/format";
import { Button, IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Failure } from "@/ui/state";
import styles from "./map.module.css";

interface Props {
  ids: string[];
  /** Whether a line was drawn around them. */
  chosen: boolean;
  onClear: () => void;
  onPlay: (id: string) => void;
}

const SHOWN = 200;

/** The same as the map, for hands on keys and for ears: the tracks in view, or those that were chosen. */
export function InView({ ids, chosen, onClear, onPlay }: Props) {
  const { data, error } = useQuery({ ...tracksOf(ids.slice(0, SHOWN)), enabled: ids.length > 0, placeholderData: (old) => old });
  const shown = data?.filter(({ id }) => ids.includes(id)) ?? [];
  const context = { type: "tracks" as const, trackIds: ids.slice(0, 10_000) };
  return (
    <section className={styles.list} aria-label={chosen ? "Chosen tracks" : "Tracks in view"}>
      <header>
        <h2>{chosen ? `${plural(ids.length, "track")} chosen` : "In view"}</h2>
        {chosen && (
          <IconButton label="Choose nothing" size="small" onClick={onClear}>
            <X size={16} />
          </IconButton>
        )}
      </header>
      {chosen && ids.length > 0 && (
        <div className={styles.actions}>
          <Button tone="solid" onClick={() => playAll(context)}>
            <Play size={16} fill="currentColor" aria-hidden="true" /> Play
          </Button>
          <Button onClick={() => addToQueue(context, "end", plural(ids.length, "track"))}>Add to queue</Button>
          <NewPlaylist ids={ids} />
        </div>
      )}
      {error && <Failure error={error} />}
      <ul>
        {shown.map((track) => (
          <li key={track.id}>
            <button type="button" disabled={track.missing} onClick={() => onPlay(track.id)}>
              <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={36} className={styles.cover} />
              <span>
                {track.title}
                <small>{track.artist ?? "Unknown artist"}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NewPlaylist({ ids }: { ids: string[] }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [naming, setNaming] = useState(false);
  const create = async (name: string) => {
    setNaming(false);
    const made = await createPlaylist(client, name, ids);
    if (made) go(`/playlists/${made.id}`);
  };
  return (
    <>
      <Button onClick={() => setNaming(true)}>
        <ListPlus size={16} aria-hidden="true" /> Playlist
      </Button>
      {naming && <NameDialog title="New playlist" action="Create" onDone={(name) => void create(name)} onClose={() => setNaming(false)} />}
    </>
  );
}
