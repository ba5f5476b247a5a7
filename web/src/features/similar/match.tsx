import { Ellipsis, Play } from "lucide-react";
import { useApp } from "@/app/store";
import type { SimilarTrack, Track } from "@/api/types";
import type { OpenTrackMenu } from "@/features/tracks/track-menu";
import { formatNumber } from "@/lib/format";
import { IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { anchorBelow } from "@/ui/menu";
import { agreement, difference } from "./reasons";
import styles from "./similar.module.css";

interface Props {
  item: SimilarTrack;
  onPlay: (track: Track) => void;
  onMenu: OpenTrackMenu;
}

const AGREES = 3;
const DIFFERS = 2;

/** One track that sounds alike: how near it is, in what it agrees, and what sets it apart. */
export function Match({ item: { track, distance, agrees, differs }, onPlay, onMenu }: Props) {
  const current = useApp((state) => state.player?.current?.track.id === track.id);
  return (
    <li className={styles.match} aria-current={current ? "true" : undefined} onDoubleClick={() => onPlay(track)}>
      <button type="button" className={styles.art} aria-label={`Play ${track.title}`} disabled={track.missing} onClick={() => onPlay(track)}>
        <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={56} />
        <Play size={19} fill="currentColor" aria-hidden="true" />
      </button>
      <div className={styles.words}>
        <p className={styles.title}>{track.title}</p>
        <p className={styles.artist}>{track.artist ?? "Unknown artist"}</p>
        <p className={`${styles.reason} numeric`}>
          <span className="visually-hidden">Agrees in </span>
          {agrees.slice(0, AGREES).map(agreement).join(" · ")}
        </p>
        {differs.length > 0 && <p className={`${styles.reason} numeric`}>But {differs.slice(0, DIFFERS).map(difference).join(" · ")}</p>}
      </div>
      <span className={`${styles.distance} numeric`} title="Distance in usual spreads">
        <span className="visually-hidden">Distance </span>
        {formatNumber(distance, 2)}
      </span>
      <IconButton label={`More for ${track.title}`} size="small" aria-haspopup="menu" onClick={(event) => onMenu(track, anchorBelow(event.currentTarget))}>
        <Ellipsis size={17} />
      </IconButton>
    </li>
  );
}
