import { Link } from "wouter";
import { useApp } from "@/app/store";
import type { Track } from "@/api/types";
import { Heart } from "@/features/listening/heart";
import { Cover } from "@/ui/cover";
import styles from "./player-bar.module.css";

/** Cover, title and artist of what plays. */
export function Now() {
  const track = useApp((state) => state.player?.current?.track ?? null);
  if (!track) {
    return (
      <div className={styles.now}>
        <div className={styles.noCover} />
        <p className={styles.nothing}>Nothing is playing</p>
      </div>
    );
  }
  const cover = <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={56} className={styles.cover} eager />;
  return (
    <div className={styles.now}>
      {track.albumId ? (
        <Link href={`/albums/${track.albumId}`} aria-label={`Album ${track.album ?? ""}`}>
          {cover}
        </Link>
      ) : (
        cover
      )}
      <div className={styles.names}>
        <p className={styles.title} title={track.title}>
          {track.title}
        </p>
        <p className={styles.artist}>
          <Artists track={track} />
        </p>
      </div>
      <Heart track={track} shortcut="L" />
    </div>
  );
}

export function Artists({ track }: { track: Track }) {
  const only = track.artists.length === 1 ? track.artists[0] : undefined;
  if (only) return <Link href={`/artists/${only.id}`}>{track.artist ?? only.name}</Link>;
  return track.artist ?? "Unknown artist";
}
