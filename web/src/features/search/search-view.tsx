import { useQuery } from "@tanstack/react-query";
import { ListMusic, Search, SearchX } from "lucide-react";
import { useMemo } from "react";
import { Link, useSearchParams } from "wouter";
import { MOST_OF_EACH, search, type TrackFilters } from "@/api/queries";
import { AlbumCard } from "@/features/albums/album-card";
import albums from "@/features/albums/albums.module.css";
import { ArtistLine } from "@/features/artists/artist-line";
import { filtersOf, paramsOf } from "@/features/tracks/filtering";
import { Filters } from "@/features/tracks/filters";
import { playIn } from "@/features/tracks/use-play";
import { TrackGrid } from "@/features/tracks/track-grid";
import { plural } from "@/lib/format";
import { usePageTitle } from "@/lib/page-title";
import { useDebounced } from "@/lib/use-debounced";
import { Empty, Failure, Loading } from "@/ui/state";
import { FoundTracks } from "./found-tracks";
import styles from "./search.module.css";

const SETTLE_MS = 90;

export default function SearchView() {
  const [params, setParams] = useSearchParams();
  const typed = (params.get("q") ?? "").trim();
  const query = useDebounced(typed, SETTLE_MS);
  const { data, error, refetch, isPending } = useQuery(search(query));
  const onPlay = useMemo(() => playIn({ type: "search", query }), [query]);
  const filters = useMemo(() => {
    const { genre, yearMin, yearMax, ratingMin } = filtersOf(params);
    return Object.fromEntries(Object.entries({ genre, yearMin, yearMax, ratingMin }).filter(([, value]) => value !== undefined));
  }, [params]);
  const narrowed = Object.keys(filters).length > 0;
  const narrow = (next: TrackFilters) => setParams({ q: typed, ...paramsOf(next) }, { replace: true });
  usePageTitle(query ? `Search: ${query}` : "Search");

  if (query.length < 2) {
    return (
      <Empty page icon={<Search size={28} />} title="What would you like to hear?">
        Tracks, albums and artists, found as you type. Two letters are enough to begin.
      </Empty>
    );
  }
  if (narrowed || params.get("all") === "true") return <FoundTracks query={query} filters={filters} onFilter={narrow} />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} page />;
  if (isPending) return <Loading label="Searching" page />;
  const found = data.tracks.length + data.albums.length + data.artists.length + data.playlists.length;
  if (found === 0) {
    return (
      <Empty page icon={<SearchX size={30} />} title={`Nothing found for “${query}”`}>
        Try fewer letters, or another spelling.
      </Empty>
    );
  }
  return (
    <div className={styles.results}>
      <h1 className="visually-hidden">Results for “{query}”</h1>
      <Filters filters={filters} total={data.tracks.length} onChange={narrow} opinions={false} />
      {data.artists.length > 0 && (
        <section aria-label="Artists">
          <h2>Artists</h2>
          <div className={styles.artists}>
            {data.artists.slice(0, 6).map((artist) => (
              <ArtistLine key={artist.id} artist={artist} />
            ))}
          </div>
        </section>
      )}
      {data.albums.length > 0 && (
        <section aria-label="Albums">
          <h2>Albums</h2>
          <div className={albums.flow}>
            {data.albums.slice(0, 12).map((album) => (
              <AlbumCard key={album.id} album={album} />
            ))}
          </div>
        </section>
      )}
      {data.playlists.length > 0 && (
        <section aria-label="Playlists">
          <h2>Playlists</h2>
          <ul className={styles.playlists}>
            {data.playlists.slice(0, 6).map((playlist) => (
              <li key={playlist.id}>
                <Link href={`/playlists/${playlist.id}`}>
                  <ListMusic size={18} aria-hidden="true" />
                  <span>{playlist.name}</span>
                  <small>{plural(playlist.trackCount, "track")}</small>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {data.tracks.length > 0 && (
        <section aria-label="Tracks">
          <h2>Tracks</h2>
          <TrackGrid label="Tracks found" count={data.tracks.length} at={(index) => data.tracks[index]} onPlay={onPlay} />
          {data.tracks.length >= MOST_OF_EACH && (
            <Link className={styles.all} href={`/search?${new URLSearchParams({ q: query, all: "true" })}`}>
              All tracks found
            </Link>
          )}
        </section>
      )}
    </div>
  );
}
