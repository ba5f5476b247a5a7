import { useQuery } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useMemo } from "react";
import { Link, useParams } from "wouter";
import { album as albumQuery } from "@/api/queries";
import { Opinion } from "@/features/listening/opinion";
import { QueueButtons } from "@/features/tracks/queue-buttons";
import { playAll, playIn } from "@/features/tracks/use-play";
import { TrackGrid } from "@/features/tracks/track-grid";
import { formatLength, plural } from "@/lib/format";
import { usePageTitle } from "@/lib/page-title";
import { Button } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Failure, Loading } from "@/ui/state";
import { AlbumMenu } from "./album-menu";
import { Discs } from "./discs";
import styles from "./albums.module.css";

export default function AlbumView() {
  const { id = "" } = useParams<{ id: string }>();
  const { data: album, error, refetch } = useQuery(albumQuery(id));
  const onPlay = useMemo(() => playIn({ type: "album", id }), [id]);
  usePageTitle(album?.title ?? null);
  if (error) return <Failure error={error} onRetry={() => void refetch()} page />;
  if (!album) return <Loading label="Loading the album" page />;
  const artistId = album.tracks[0]?.artists.find((credit) => credit.name === album.artist)?.id;
  return (
    <>
      <header className={styles.hero}>
        <div className={styles.aura} aria-hidden="true">
          <Cover artworkId={album.artworkId} name={album.title} size={32} eager />
        </div>
        <div className={styles.heroArt}>
          <Cover artworkId={album.artworkId} name={album.title} size={264} eager />
        </div>
        <div className={styles.heroText}>
          <p className={styles.kind}>Album</p>
          <h1>{album.title}</h1>
          <p className={styles.facts}>
            {artistId ? <Link href={`/artists/${artistId}`}>{album.artist}</Link> : (album.artist ?? "Various artists")}
            {album.year !== null && ` · ${album.year}`} · {plural(album.trackCount, "track")} · {formatLength(album.duration)}
          </p>
          <Opinion kind="albums" id={id} name={album.title} favorite={album.favorite} rating={album.rating} />
          <div className={styles.actions}>
            <Button tone="solid" onClick={() => playAll({ type: "album", id })}>
              <Play size={17} fill="currentColor" aria-hidden="true" /> Play
            </Button>
            <QueueButtons context={{ type: "album", id }} what={`“${album.title}”`} />
            <AlbumMenu album={album} />
          </div>
        </div>
      </header>
      <Discs albumId={id} tracks={album.tracks} onPlay={onPlay} />
      <TrackGrid label={album.title} layout="album" count={album.tracks.length} at={(index) => album.tracks[index]} onPlay={onPlay} />
    </>
  );
}
