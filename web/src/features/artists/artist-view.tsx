import { useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useMemo } from "react";
import { useParams } from "wouter";
import { artist as artistQuery } from "@/api/queries";
import { AlbumCard } from "@/features/albums/album-card";
import styles from "@/features/albums/albums.module.css";
import { Opinion } from "@/features/listening/opinion";
import { QueueButtons } from "@/features/tracks/queue-buttons";
import { playAll, playIn } from "@/features/tracks/use-play";
import { TrackGrid } from "@/features/tracks/track-grid";
import { plural } from "@/lib/format";
import { usePageTitle } from "@/lib/page-title";
import { Button } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Failure, Loading } from "@/ui/state";

export default function ArtistView() {
  const { id = "" } = useParams<{ id: string }>();
  const { data: artist, error, refetch } = useQuery(artistQuery(id));
  const onPlay = useMemo(() => playIn({ type: "artist", id }), [id]);
  usePageTitle(artist?.name ?? null);
  if (error) return <Failure error={error} onRetry={() => void refetch()} page />;
  if (!artist) return <Loading label="Loading the artist" page />;
  return (
    <>
      <header className={styles.hero}>
        <div className={styles.aura} aria-hidden="true">
          <Cover artworkId={artist.artworkId} name={artist.name} size={32} eager />
        </div>
        <div className={`${styles.heroArt} ${styles.round}`}>
          <Cover artworkId={artist.artworkId} name={artist.name} size={264} round eager />
        </div>
        <div className={styles.heroText}>
          <p className={styles.kind}>Artist</p>
          <h1>{artist.name}</h1>
          <p className={styles.facts}>
            {artist.albums.length > 0 && `${plural(artist.albums.length, "album")} · `}
            {plural(artist.tracks.length, "track")}
          </p>
          <Opinion kind="artists" id={id} name={artist.name} favorite={artist.favorite} rating={artist.rating} />
          <div className={styles.actions}>
            <Button tone="solid" onClick={() => playAll({ type: "artist", id })}>
              <Play size={17} fill="currentColor" aria-hidden="true" /> Play
            </Button>
            <QueueButtons context={{ type: "artist", id }} what={artist.name} />
          </div>
        </div>
      </header>
      {artist.albums.length > 0 && (
        <section aria-label="Albums">
          <h2 className={styles.section}>Albums</h2>
          <div className={styles.flow}>
            {artist.albums.map((album) => (
              <AlbumCard key={album.id} album={album} />
            ))}
          </div>
        </section>
      )}
      <h2 className={styles.section}>Tracks</h2>
      <TrackGrid label={`Tracks by ${artist.name}`} count={artist.tracks.length} at={(index) => artist.tracks[index]} onPlay={onPlay} />
    </>
  );
}
