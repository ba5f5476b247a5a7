import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import { stats, tracksPage, type Order, type TrackSort } from "@/api/queries";
import type { Track } from "@/api/types";
import { AlbumShelf } from "@/features/albums/album-shelf";
import { EmptyLibrary } from "@/features/status/empty-library";
import { formatLength, plural } from "@/lib/format";
import { usePaged } from "@/lib/use-paged";
import { Empty, Failure, Loading } from "@/ui/state";
import { PageHead } from "@/ui/page-head";
import { Filters } from "./filters";
import { filtersOf, paramsOf, playAmong } from "./filtering";
import { TrackGrid } from "./track-grid";
import { playIn } from "./use-play";

const PAGE = 100;
const LARGEST_FIRST: TrackSort[] = ["dateAdded", "plays", "rating"];
const SORTS: TrackSort[] = ["title", "artist", "album", "duration", "dateAdded", "year", "plays", "rating"];

/** The whole library: what came last as covers, and every track as a row. */
export default function LibraryView() {
  const [params, setParams] = useSearchParams();
  const by = SORTS.find((sort) => sort === params.get("sort")) ?? "title";
  const order: Order = params.get("order") === "desc" ? "desc" : "asc";
  const filters = useMemo(() => filtersOf(params), [params]);
  const filtered = Object.keys(filters).length > 0;
  const { total, at, error, retry, show } = usePaged<Track>(PAGE, (offset, limit) => tracksPage(by, order, offset, limit, filters), JSON.stringify(filters));
  const client = useQueryClient();
  const onPlay = useMemo(
    () => (filtered ? (track: Track) => void playAmong(track, (most) => client.fetchQuery(tracksPage(by, order, 0, most, filters))) : playIn({ type: "library", sort: by, order })),
    [by, client, filtered, filters, order],
  );
  const onSort = useCallback(
    (next: TrackSort) => {
      const descends = next === by ? order === "asc" : LARGEST_FIRST.includes(next);
      setParams({ ...paramsOf(filters), sort: next, order: descends ? "desc" : "asc" }, { replace: true });
    },
    [by, filters, order, setParams],
  );

  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the library" page />;
  if (total === 0 && !filtered) return <EmptyLibrary />;
  return (
    <>
      <PageHead title="Library" sub={<Figures />} />
      {!filtered && <AlbumShelf />}
      <Filters filters={filters} total={total} onChange={(next) => setParams({ ...paramsOf(next), sort: by, order }, { replace: true })} />
      {error && <Failure error={error} onRetry={retry} />}
      {total === 0 && <Empty title="Nothing is like that">Take a filter away to see more.</Empty>}
      <TrackGrid
        label={filtered ? "Tracks that pass" : "All tracks"}
        layout="library"
        count={total}
        at={at}
        onShow={show}
        onPlay={onPlay}
        sort={{ by, order, onSort }}
      />
    </>
  );
}

function Figures() {
  const { data } = useQuery(stats());
  if (!data) return null;
  return (
    <>
      {plural(data.tracks, "track")} · {plural(data.albums, "album")} · {formatLength(data.duration)}
    </>
  );
}
