import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { albumsPage } from "@/api/queries";
import { AlbumCard } from "./album-card";
import styles from "./albums.module.css";

const SHOWN = 12;

/** The albums that came last, in one row. */
export function AlbumShelf() {
  const { data } = useQuery(albumsPage("dateAdded", "desc", 0, SHOWN));
  if (!data || data.total < 2) return null;
  return (
    <section className={styles.shelf} aria-labelledby="shelf">
      <div className={styles.shelfHead}>
        <h2 id="shelf">Recently added</h2>
        <Link href="/albums">All {data.total > SHOWN ? data.total : ""} albums</Link>
      </div>
      <div className={styles.row} tabIndex={0} role="group" aria-labelledby="shelf">
        {data.items.map((album) => (
          <AlbumCard key={album.id} album={album} />
        ))}
      </div>
    </section>
  );
}
