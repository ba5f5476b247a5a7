import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";
import { stats, tracksPage, type Order, type TrackSort } from "@/api/queries";
import type { Track } from "@/api/types";
import { AlbumShelf } from "@/features/albums/album-shelf";
import { EmptyLibrary } from "@/features/status/empty-library";
import { formatLength, plural } from "@/lib/format";
import { usePaged } from "@/lib/use-paged";
import { Failure, Loading } from "@/ui/state";
import { PageHead } from "@/ui/page-head";
import { TrackGrid } from "./track-grid";
import { playIn } from "./use-play";

const PAGE = 100;
const SORTS: TrackSort[] = ["title", "artist", "album", "duration", "dateAdded", "year", "plays"];

/** The whole library: what came last as covers, and every track as a row. */
export default function LibraryView() {
  const [params, setParams] = useSearchParams();
  const by = SORTS.find((sort) => sort === params.get("sort")) ?? "title";
  const order: Order = params.get("order") === "desc" ? "desc" : "asc";
  const { total, at, error, retry, show } = usePaged<Track>(PAGE, (offset, limit) => tracksPage(by, order, offset, limit));
  const onPlay = useMemo(() => playIn({ type: "library", sort: by, order }), [by, order]);
  const onSort = useCallback(
    (next: TrackSort) => {
      const descends = next === by ? order === "asc" : next === "dateAdded" || next === "plays";
      setParams({ sort: next, order: descends ? "desc" : "asc" }, { replace: true });
    },
    [by, order, setParams],
  );

  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the library" page />;
  if (total === 0) return <EmptyLibrary />;
  return (
    <>
      <PageHead title="Library" sub={<Figures />} />
      <AlbumShelf />
      {error && <Failure error={error} onRetry={retry} />}
      <TrackGrid
        label="All tracks"
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
