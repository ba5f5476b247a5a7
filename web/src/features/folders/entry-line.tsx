import { Ellipsis, Play } from "lucide-react";
import type { DirectoryEntry, Track } from "@/api/types";
import lines from "@/features/playlists/playlists.module.css";
import type { OpenTrackMenu } from "@/features/tracks/track-menu";
import { formatTime } from "@/lib/format";
import { IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { anchorBelow } from "@/ui/menu";

interface Props {
  entry: DirectoryEntry;
  track: Track;
  onPlay: (track: Track) => void;
  onMenu: OpenTrackMenu;
}

/** A file of a folder: the name of the file, and what the track is called. */
export function EntryLine({ entry, track, onPlay, onMenu }: Props) {
  return (
    <>
      <button type="button" className={lines.art} aria-label={`Play ${track.title}`} disabled={track.missing} onClick={() => onPlay(track)}>
        <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={44} />
        <Play size={17} fill="currentColor" aria-hidden="true" />
      </button>
      <span className={lines.names}>
        <span className={lines.title}>{entry.name}</span>
        <span className={lines.sub}>
          {track.title} · {track.artist ?? "Unknown artist"}
        </span>
      </span>
      <span className={`${lines.when} numeric`}>{formatTime(track.duration)}</span>
      <span className={lines.ends}>
        <IconButton label={`More for ${track.title}`} size="small" aria-haspopup="menu" onClick={(event) => onMenu(track, anchorBelow(event.currentTarget))}>
          <Ellipsis size={17} />
        </IconButton>
      </span>
    </>
  );
}
