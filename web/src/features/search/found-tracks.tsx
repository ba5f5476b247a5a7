import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { foundPage, type TrackFilters } from "@/api/queries";
import type { Track } from "@/api/types";
import { playAmong } from "@/features/tracks/filtering";
import { Filters } from "@/features/tracks/filters";
import { TrackGrid } from "@/features/tracks/track-grid";
import { plural } from "@/lib/format";
import { usePaged } from "@/lib/use-paged";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";

const PAGE = 100;

interface Props {
  query: string;
  filters: TrackFilters;
  onFilter: (filters: TrackFilters) => void;
}

/** Every track that a search finds and that passes the filters, the best first, however many there are. */
export function FoundTracks({ query, filters, onFilter }: Props) {
  const list = JSON.stringify([query, filters]);
  const { total, at, error, retry, show } = usePaged<Track>(PAGE, (offset, limit) => foundPage(query, offset, limit, filters), list);
  const client = useQueryClient();
  const onPlay = useMemo(
    () => (track: Track) => void playAmong(track, (most) => client.fetchQuery(foundPage(query, 0, most, filters))),
    [client, query, filters],
  );
  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Searching" page />;
  return (
    <>
      <PageHead title={`“${query}”`} sub={plural(total, "track")} />
      <Filters filters={filters} total={total} onChange={onFilter} opinions={false} />
      {error && <Failure error={error} onRetry={retry} />}
      {total === 0 && <Empty title="Nothing found is like that">Take a filter away to see more.</Empty>}
      <TrackGrid label="Tracks found" layout="library" count={total} at={at} onShow={show} onPlay={onPlay} />
    </>
  );
}
