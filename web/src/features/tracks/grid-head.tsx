import { ArrowDown, ArrowUp, Clock3 } from "lucide-react";
import type { ReactNode } from "react";
import type { Order, TrackSort } from "@/api/queries";
import type { Layout } from "./track-grid";
import styles from "./track-grid.module.css";

export interface Sort {
  by: TrackSort;
  order: Order;
  onSort: (by: TrackSort) => void;
}

interface Key {
  by?: TrackSort;
  label: string;
  face?: ReactNode;
}

const TITLE: Key = { by: "title", label: "Title" };
const ARTIST: Key = { by: "artist", label: "Artist" };
const ALBUM: Key = { by: "album", label: "Album" };
const YEAR: Key = { by: "year", label: "Year" };
const ADDED: Key = { by: "dateAdded", label: "Date added", face: "Added" };
const PLAYS: Key = { by: "plays", label: "Plays" };
const LOUDNESS: Key = { label: "Loudness" };
const RATING: Key = { by: "rating", label: "Rating" };
const DURATION: Key = { by: "duration", label: "Duration", face: <Clock3 size={15} aria-hidden="true" /> };

export function GridHead({ layout, sort }: { layout: Layout; sort?: Sort | undefined }) {
  const library = layout === "library";
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.row}>
        <span role="columnheader" className={styles.number}>
          <span aria-hidden="true">#</span>
          <span className="visually-hidden">Number</span>
        </span>
        <Column keys={sort ? [TITLE, ARTIST] : [TITLE]} sort={sort} />
        {layout !== "album" && <Column keys={[ALBUM]} sort={sort} className={styles.album} />}
        {library && <Column keys={[YEAR]} sort={sort} className={styles.year} />}
        {library && <Column keys={[ADDED]} sort={sort} className={styles.added} />}
        {library && <Column keys={[PLAYS]} sort={sort} className={styles.plays} />}
        {layout === "album" && <Column keys={[LOUDNESS]} className={styles.added} />}
        <Column keys={[RATING]} sort={sort} className={styles.rating} />
        <Column keys={[DURATION]} sort={sort} className={styles.time} />
        <span role="columnheader" className={styles.tools}>
          <span className="visually-hidden">Favourite and more</span>
        </span>
      </div>
    </div>
  );
}

/** A column's head; with a button for each thing by which it sorts the list. */
function Column({ keys, sort, className }: { keys: Key[]; sort?: Sort | undefined; className?: string | undefined }) {
  const active = keys.some(({ by }) => by !== undefined && by === sort?.by);
  const direction = active ? (sort?.order === "desc" ? "descending" : "ascending") : "none";
  return (
    <span role="columnheader" className={className} aria-sort={sort ? direction : undefined}>
      {keys.map((key) =>
        sort && key.by ? (
          <SortButton key={key.label} {...key} by={key.by} sort={sort} />
        ) : (
          <span key={key.label}>
            {key.face && <span className="visually-hidden">{key.label}</span>}
            {key.face ?? key.label}
          </span>
        ),
      )}
    </span>
  );
}

function SortButton({ by, label, face, sort }: Key & { by: TrackSort; sort: Sort }) {
  const active = sort.by === by;
  const Arrow = sort.order === "desc" ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      className={styles.sort}
      aria-label={`Sort by ${label.toLowerCase()}`}
      data-active={active || undefined}
      onClick={() => sort.onSort(by)}
    >
      {face ?? label}
      {active && <Arrow size={13} aria-hidden="true" />}
    </button>
  );
}
