/** The shapes of REST bodies and socket payloads, by their names in the server's registry. */

import type { components } from "./generated/openapi";

export type { ClientMessages, ServerMessages } from "./generated/socket";
export { SUBPROTOCOL } from "./generated/socket";

type Schemas = components["schemas"];

export type Track = Schemas["Track"];
export type TrackDetail = Schemas["TrackDetail"];
export type Album = Schemas["Album"];
export type AlbumDetail = Schemas["AlbumDetail"];
export type Artist = Schemas["Artist"];
export type ArtistDetail = Schemas["ArtistDetail"];
export type SearchResult = Schemas["SearchResult"];
export type LibraryStats = Schemas["LibraryStats"];
export type LibraryFolder = Schemas["LibraryFolder"];
export type Problem = Schemas["Problem"];
export type ScanStatus = Schemas["ScanStatus"];
export type JobProgress = Schemas["JobProgress"];
export type Job = Schemas["Job"];
export type MasterBody = Schemas["MasterBody"];
export type Comparison = Schemas["Comparison"];
export type TrialStatistics = Schemas["TrialStatistics"];
export type TrialBody = Schemas["TrialBody"];
export type SimilarTracks = Schemas["SimilarTracks"];
export type SimilarTrack = Schemas["SimilarTrack"];
export type DimensionLikeness = Schemas["DimensionLikeness"];
export type Lyrics = Schemas["Lyrics"];
export type TrackEdit = Schemas["TrackEdit"];
export type DirectoryEntry = Schemas["DirectoryEntry"];
export type Genre = Schemas["Genre"];
export type HiddenTrack = Schemas["HiddenTrack"];
export type LibraryMap = Schemas["LibraryMap"];
export type MapAxis = Schemas["MapAxis"];
export type BatchTracks = Schemas["BatchTracks"];
export type AudioAnalysis = Schemas["AudioAnalysis"];
export type HealthSampled = Schemas["HealthSampled"];
export type Health = Schemas["Health"];
export type Alert = Schemas["Alert"];
export type Metrics = Schemas["MetricsView"];
export type CacheFigures = Schemas["CacheFigures"];
export type CacheHealth = Schemas["CacheHealth"];
export type CacheStats = Schemas["CacheStats"];
export type CacheTiers = Schemas["CacheTiers"];
export type SoundReference = Schemas["SoundReference"];
export type Fingerprint = Schemas["Fingerprint"];
export type DimensionInfo = Schemas["DimensionInfo"];
export type Waveform = Schemas["Waveform"];
export type SegmentEntry = Schemas["SegmentEntry"];
export type Manifest = Schemas["Manifest"];
export type MasteringPlan = Schemas["MasteringPlan"];
export type PlanDecision = Schemas["PlanDecision"];
export type Enhancement = Schemas["Enhancement"];
export type Quality = Schemas["PlayerState"]["quality"];
export type QueueItem = Schemas["QueueItem"];
export type PlayerState = Schemas["PlayerState"];
export type Resumed = Schemas["Resumed"];
export type QueueState = Schemas["QueueState"];
export type QueueUpdated = Schemas["QueueUpdated"];
export type PlayContext = Schemas["PlayContext"];
export type PlayBody = Schemas["PlayBody"];
export type ReportBody = Schemas["ReportBody"];
export type Client = Schemas["Client"];
export type Ready = Schemas["Ready"];
export type TrackUpdated = Schemas["TrackUpdated"];
export type Playlist = Schemas["Playlist"];
export type PlaylistDetail = Schemas["PlaylistDetail"];
export type PlaylistEntry = Schemas["PlaylistEntry"];
export type PlaylistImported = Schemas["PlaylistImported"];
export type ImportReport = Schemas["ImportReport"];
export type Played = Schemas["Played"];
export type Setting = Schemas["Setting"];
export type Notification = Schemas["Notification"];

/** The inner part of an `error` frame. */
export interface ErrorBody {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}
