import { Play } from "lucide-react";
import { Link } from "wouter";
import type { Album } from "@/api/types";
import { playAll } from "@/features/tracks/use-play";
import { Cover } from "@/ui/cover";
import styles from "./albums.module.css";

export function AlbumCard({ album }: { album: Album }) {
  return (
    <article className={styles.card}>
      <div className={styles.art}>
        <Link href={`/albums/${album.id}`} tabIndex={-1} aria-hidden="true">
          <Cover artworkId={album.artworkId} name={album.title} size={200} />
        </Link>
        <button
          type="button"
          className={styles.play}
          aria-label={`Play ${album.title}`}
          onClick={() => playAll({ type: "album", id: album.id })}
        >
          <Play size={20} fill="currentColor" aria-hidden="true" />
        </button>
      </div>
      <Link href={`/albums/${album.id}`} className={styles.title} title={album.title}>
        {album.title}
      </Link>
      <p className={styles.sub}>
        {album.artist ?? "Various artists"}
        {album.year !== null && ` · ${album.year}`}
      </p>
    </article>
  );
}
