import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { albumsPage } from "@/api/queries";
import { AlbumCard } from "./album-card";
import styles from "./albums.module.css";

const SHOWN = 12;

/** The albums that came last, in one row; its place is kept while they are on their way, so that nothing jumps. */
export function AlbumShelf() {
  const { data, isPending } = useQuery(albumsPage("dateAdded", "desc", 0, SHOWN));
  if (!isPending && (!data || data.total < 2)) return null;
  return (
    <section className={styles.shelf} aria-labelledby="shelf" aria-busy={isPending}>
      <div className={styles.shelfHead}>
        <h2 id="shelf">Recently added</h2>
        {data && <Link href="/albums">All {data.total > SHOWN ? data.total : ""} albums</Link>}
      </div>
      <div className={styles.row} tabIndex={0} role="group" aria-labelledby="shelf">
        {data?.items.map((album) => (
          <AlbumCard key={album.id} album={album} />
        ))}
        {isPending && Array.from({ length: SHOWN }, (_, index) => <GhostCard key={index} />)}
      </div>
    </section>
  );
}

function GhostCard() {
  return (
    <div className={styles.card} aria-hidden="true">
      <div className={`${styles.art} ${styles.ghost}`} />
      <p className={styles.title}>&nbsp;</p>
      <p className={styles.sub}>&nbsp;</p>
    </div>
  );
}
