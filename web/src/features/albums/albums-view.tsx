import { useEffect, useRef } from "react";
import { useSearchParams } from "wouter";
import { albumsPage, type AlbumSort } from "@/api/queries";
import type { Album } from "@/api/types";
import { EmptyLibrary } from "@/features/status/empty-library";
import { plural } from "@/lib/format";
import { usePlacement } from "@/lib/scroll-area";
import { usePaged } from "@/lib/use-paged";
import { useRows } from "@/lib/use-rows";
import { PageHead } from "@/ui/page-head";
import { Segmented } from "@/ui/segmented";
import { Failure, Loading } from "@/ui/state";
import { AlbumCard } from "./album-card";
import styles from "./albums.module.css";

const PAGE = 100;
const CARD_WIDTH = 168;
const GAP = 22;
/** What stands under a cover: title, artist, and the distance to the next row. */
const CAPTION = 78;
const SORTS: { value: AlbumSort; label: string }[] = [
  { value: "dateAdded", label: "Newest" },
  { value: "title", label: "Title" },
  { value: "artist", label: "Artist" },
  { value: "year", label: "Year" },
];

export default function AlbumsView() {
  const [params, setParams] = useSearchParams();
  const sort = SORTS.find(({ value }) => value === params.get("sort"))?.value ?? "dateAdded";
  const order = sort === "dateAdded" || sort === "year" ? "desc" : "asc";
  const { total, at, error, retry, show } = usePaged<Album>(PAGE, (offset, limit) => albumsPage(sort, order, offset, limit));
  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the albums" page />;
  if (total === 0) return <EmptyLibrary />;
  return (
    <>
      <PageHead title="Albums" sub={plural(total, "album")}>
        <Segmented label="Sort by" options={SORTS} value={sort} onChange={(value) => setParams({ sort: value }, { replace: true })} />
      </PageHead>
      <Cards total={total} at={at} show={show} />
    </>
  );
}

function Cards({ total, at, show }: { total: number; at: (index: number) => Album | undefined; show: (first: number, last: number) => void }) {
  const body = useRef<HTMLDivElement>(null);
  const { top, width } = usePlacement(body);
  const columns = Math.max(2, Math.floor(((width || 1000) + GAP) / (CARD_WIDTH + GAP)));
  const side = ((width || 1000) - GAP * (columns - 1)) / columns;
  const { rows, height } = useRows({ count: Math.ceil(total / columns), rowHeight: side + CAPTION, top, overscan: 2 });
  const [first, last] = [(rows[0]?.index ?? 0) * columns, ((rows.at(-1)?.index ?? 0) + 1) * columns - 1];
  useEffect(() => show(first, last), [show, first, last]);

  return (
    <div ref={body} className={styles.grid} style={{ height }}>
      {rows.map(({ index, top: rowTop }) => (
        <div
          key={index}
          className={styles.gridRow}
          style={{ gridTemplateColumns: `repeat(${columns}, 1fr)`, gap: GAP, transform: `translateY(${rowTop}px)` }}
        >
          {Array.from({ length: Math.min(columns, total - index * columns) }, (_, column) => {
            const album = at(index * columns + column);
            return album ? <AlbumCard key={album.id} album={album} /> : <div key={column} className={styles.ghost} />;
          })}
        </div>
      ))}
    </div>
  );
}
