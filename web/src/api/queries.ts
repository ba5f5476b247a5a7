/** What is asked of the server, each with its key; nothing is asked again until the socket says that it has changed. */

import { keepPreviousData, queryOptions, type QueryClient } from "@tanstack/react-query";
import { get, send, type Answer, type Params } from "./http";
import type {
  Album,
  AlbumDetail,
  Alert,
  Artist,
  ArtistDetail,
  BatchTracks,
  CacheHealth,
  CacheStats,
  CacheTiers,
  DimensionInfo,
  DirectoryEntry,
  Fingerprint,
  Genre,
  Health,
  HiddenTrack,
  Job,
  LibraryFolder,
  LibraryMap,
  LibraryStats,
  Lyrics,
  Manifest,
  Metrics,
  Played,
  Playlist,
  PlaylistDetail,
  PlaylistEntry,
  Problem,
  SearchResult,
  Setting,
  SimilarTracks,
  SoundReference,
  Track,
  TrackDetail,
  TrialStatistics,
  Waveform,
} from "./types";

export type Order = "asc" | "desc";
export type TrackSort = "title" | "artist" | "album" | "duration" | "dateAdded" | "year" | "plays" | "rating";
export type AlbumSort = "title" | "artist" | "year" | "dateAdded";

export interface Page<T> {
  items: T[];
  total: number;
}

/** So many of each kind a search shows at once. */
export const MOST_OF_EACH = 20;
const MOST_ON_MAP = 50_000;
const LIBRARY = "library";
const TRACK = "track";
const PLAYLISTS = "playlists";
const PLAYLIST = "playlist";
const REFERENCES = "references";
export const TRIALS = "trials";
const HISTORY = "history";
const SETTINGS = "settings";
export const JOBS = "jobs";

function pageOf<T>(answer: Answer<T[]>): Page<T> {
  return { items: answer.data, total: answer.meta.total ?? answer.data.length };
}

function list<T>(path: string, params: Params, root: readonly string[] = [LIBRARY]) {
  return queryOptions({
    queryKey: [...root, path, params],
    queryFn: ({ signal }) => get<T[]>(path, params, signal).then(pageOf),
  });
}

function one<T>(key: unknown[], path: string, params: Params = {}) {
  return queryOptions({
    queryKey: key,
    queryFn: ({ signal }) => get<T>(path, params, signal).then((answer) => answer.data),
  });
}

const at = encodeURIComponent;

/** What a list of tracks is narrowed to. */
export interface TrackFilters {
  genre?: string;
  yearMin?: number;
  yearMax?: number;
  ratingMin?: number;
  favorite?: true;
  played?: boolean;
}

export const tracksPage = (sort: TrackSort, order: Order, offset: number, limit: number, filters: TrackFilters = {}) =>
  list<Track>("/tracks", { sort, order, offset, limit, ...filters });
export const albumsPage = (sort: AlbumSort, order: Order, offset: number, limit: number) =>
  list<Album>("/albums", { sort, order, offset, limit });
export const artistsPage = (offset: number, limit: number) => list<Artist>("/artists", { offset, limit });
export const problemsPage = (offset: number, limit: number) => list<Problem>("/library/problems", { offset, limit });

export const album = (id: string) => one<AlbumDetail>([LIBRARY, "album", id], `/albums/${at(id)}`);
export const artist = (id: string) => one<ArtistDetail>([LIBRARY, "artist", id], `/artists/${at(id)}`);
export const stats = () => one<LibraryStats>([LIBRARY, "stats"], "/library/stats");
export const folders = () => one<LibraryFolder[]>([LIBRARY, "folders"], "/library/folders");

export const search = (query: string) => ({
  ...one<SearchResult>([LIBRARY, "search", query], "/search", { query, limit: MOST_OF_EACH }),
  enabled: query.length >= 2,
  placeholderData: keepPreviousData,
});

/** A page of the tracks that a search finds, the best first; `total` is how many there are. */
export const foundPage = (query: string, offset: number, limit: number, { genre, yearMin, yearMax, ratingMin }: TrackFilters = {}) => {
  const filters = { genres: genre ? [genre] : [], year: { min: yearMin, max: yearMax }, rating: { min: ratingMin } };
  return queryOptions({
    queryKey: [LIBRARY, "found", query, filters, offset, limit],
    queryFn: () => send<Track[]>("POST", "/tracks/search", { query, filters, pagination: { offset, limit } }).then(pageOf),
  });
};

export const genres = () => list<Genre>("/library/genres", { offset: 0, limit: 500 });
export const directoryPage = (path: string, offset: number, limit: number) => list<DirectoryEntry>("/library/browse", { path, offset, limit });
export const hidden = () => one<HiddenTrack[]>([LIBRARY, "hidden"], "/library/hidden");

export const similar = (ids: readonly string[], ranges: readonly string[] = [], limit = 50) =>
  one<SimilarTracks>([LIBRARY, "similar", ids, ranges, limit], "/fingerprints/search", { similarTo: ids, range: ranges, limit });
/** `playing` is told in any case, however many tracks there are. */
export const map = (dimension: string, playing: string | null) =>
  one<LibraryMap>([LIBRARY, "map", dimension, playing], "/map", { dimension, limit: MOST_ON_MAP, ...(playing ? { trackId: playing } : {}) });
/** Tracks by their ids, as far as there are such. */
export const tracksOf = (trackIds: readonly string[]) =>
  queryOptions({
    queryKey: [LIBRARY, "tracks-of", trackIds],
    queryFn: () => send<BatchTracks>("POST", "/tracks/batch-get", { trackIds }).then(({ data }) => data.successful as Track[]),
  });
export const lyrics = (id: string) => one<Lyrics>([TRACK, id, "lyrics"], `/tracks/${at(id)}/lyrics`);
export const waveform = (id: string) => one<Waveform>([TRACK, id, "waveform"], `/tracks/${at(id)}/waveform`);
export const fingerprint = (id: string) => one<Fingerprint>([TRACK, id, "fingerprint"], `/fingerprints/${at(id)}`);
export const dimensions = () => one<DimensionInfo[]>(["dimensions"], "/fingerprints/dimensions");
export const manifest = (id: string, preset: string, intensity: number, rate?: number) =>
  one<Manifest>([TRACK, id, "manifest", preset, intensity, rate], `/stream/${at(id)}/manifest`, { preset, intensity, ...(rate && { rate }) });

export const track = (id: string) => one<TrackDetail>([TRACK, id, "detail"], `/tracks/${at(id)}`);
export const trials = (id: string) => one<TrialStatistics>([TRIALS, id], "/compare/trials", { trackId: id });

export const playlistsPage = (offset: number, limit: number) => list<Playlist>("/playlists", { offset, limit }, [PLAYLISTS]);
export const playlist = (id: string) => one<PlaylistDetail>([PLAYLIST, id, "head"], `/playlists/${at(id)}`, { offset: 0, limit: 1 });
export const playlistEntries = (id: string, offset: number, limit: number) =>
  list<PlaylistEntry>(`/playlists/${at(id)}/tracks`, { offset, limit }, [PLAYLIST, id]);
export const historyPage = (offset: number, limit: number) => list<Played>("/history", { offset, limit }, [HISTORY]);
export const jobsPage = (offset: number, limit: number) => list<Job>("/jobs", { offset, limit }, [JOBS]);
export const references = () => list<SoundReference>("/processing/references", { offset: 0, limit: 500 }, [REFERENCES]);
/** How the server does; `lines` are its figures, a sample every few seconds and the newest last, `at` is in epoch ms. */
export interface ServerStatus {
  lines: Record<string, readonly number[]>;
  alerts: Alert[];
  health: Health;
  cache: CacheHealth;
  caches: Record<string, CacheTiers>;
  at: number;
}

export const serverStatus = () =>
  queryOptions({
    queryKey: ["server"],
    staleTime: 0,
    queryFn: async ({ signal }): Promise<ServerStatus> => {
      const part = <T>(path: string) => get<T>(path, {}, signal).then(({ data }) => data);
      const [metrics, health, cache, { caches }] = await Promise.all([
        part<Metrics>("/metrics"),
        part<Health>("/health"),
        part<CacheHealth>("/cache/health"),
        part<CacheStats>("/cache/stats"),
      ]);
      const lines = Object.fromEntries(Object.entries(metrics.trends).map(([name, { values }]) => [name, values]));
      return { lines, alerts: metrics.alerts, health, cache, caches, at: Date.parse(metrics.timestamp) };
    },
  });
export const settings = () => one<Setting[]>([SETTINGS], "/settings");

/** The list of playlists has changed, and one of them, or any. */
export function invalidatePlaylists(client: QueryClient, id?: string): void {
  void client.invalidateQueries({ queryKey: [PLAYLISTS] });
  void client.invalidateQueries({ queryKey: id === undefined ? [PLAYLIST] : [PLAYLIST, id] });
}

export function invalidateHistory(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: [HISTORY] });
}

export function invalidateSettings(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: [SETTINGS] });
}

export function invalidateReferences(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: [REFERENCES] });
}

/** The library has changed: what is on screen is asked for again. */
export function invalidateLibrary(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: [LIBRARY] });
}

/** A track has been analysed: its outline, fingerprint and plan are to be had now, or differ. */
export function invalidateTrack(client: QueryClient, trackId: string): void {
  void client.invalidateQueries({ queryKey: [TRACK, trackId] });
}
