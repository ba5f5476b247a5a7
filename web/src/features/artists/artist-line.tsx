import { Link } from "wouter";
import type { Artist } from "@/api/types";
import { plural } from "@/lib/format";
import { Cover } from "@/ui/cover";
import styles from "./artists.module.css";

export function ArtistLine({ artist }: { artist: Artist }) {
  return (
    <Link href={`/artists/${artist.id}`} className={styles.line}>
      <Cover artworkId={artist.artworkId} name={artist.name} size={56} round className={styles.face} />
      <span className={styles.names}>
        <span className={styles.name}>{artist.name}</span>
        <span className={styles.sub}>
          {artist.albumCount > 0 && `${plural(artist.albumCount, "album")} · `}
          {plural(artist.trackCount, "track")}
        </span>
      </span>
    </Link>
  );
}
