import { useEffect, useRef } from "react";
import { artistsPage } from "@/api/queries";
import type { Artist } from "@/api/types";
import { EmptyLibrary } from "@/features/status/empty-library";
import { plural } from "@/lib/format";
import { usePlacement } from "@/lib/scroll-area";
import { usePaged } from "@/lib/use-paged";
import { useRows } from "@/lib/use-rows";
import { PageHead } from "@/ui/page-head";
import { Failure, Loading } from "@/ui/state";
import { ArtistLine } from "./artist-line";
import styles from "./artists.module.css";

const PAGE = 100;
const COLUMN = 300;
const ROW = 76;

export default function ArtistsView() {
  const { total, at, error, retry, show } = usePaged<Artist>(PAGE, artistsPage);
  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the artists" page />;
  if (total === 0) return <EmptyLibrary />;
  return (
    <>
      <PageHead title="Artists" sub={plural(total, "artist")} />
      <Lines total={total} at={at} show={show} />
    </>
  );
}

interface LinesProps {
  total: number;
  at: (index: number) => Artist | undefined;
  show: (first: number, last: number) => void;
}

function Lines({ total, at, show }: LinesProps) {
  const body = useRef<HTMLDivElement>(null);
  const { top, width } = usePlacement(body);
  const columns = Math.max(1, Math.floor((width || 1000) / COLUMN));
  const { rows, height } = useRows({ count: Math.ceil(total / columns), rowHeight: ROW, top });
  const [first, last] = [(rows[0]?.index ?? 0) * columns, ((rows.at(-1)?.index ?? 0) + 1) * columns - 1];
  useEffect(() => show(first, last), [show, first, last]);

  return (
    <div ref={body} className={styles.list} style={{ height }}>
      {rows.map(({ index, top: rowTop }) => (
        <div key={index} className={styles.row} style={{ gridTemplateColumns: `repeat(${columns}, 1fr)`, transform: `translateY(${rowTop}px)` }}>
          {Array.from({ length: Math.min(columns, total - index * columns) }, (_, column) => {
            const artist = at(index * columns + column);
            return artist ? <ArtistLine key={artist.id} artist={artist} /> : <div key={column} />;
          })}
        </div>
      ))}
    </div>
  );
}
