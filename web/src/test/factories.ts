/** Things of a library, made up for tests. */

import type { Album, Artist, JobProgress, LibraryStats, ScanStatus, Track } from "@/api/types";

export function aTrack(number = 1, given: Partial<Track> = {}): Track {
  return {
    id: `t${number}`,
    title: `Track ${number}`,
    artist: "Nina Vale",
    artists: [{ id: "nina", name: "Nina Vale", role: "main" }],
    album: "Tidelines",
    albumId: "tidelines",
    albumArtist: "Nina Vale",
    trackNumber: number,
    discNumber: 1,
    year: 2021,
    date: "2021-04-02",
    genres: ["Ambient"],
    duration: 180 + number,
    format: "flac",
    codec: "flac",
    bitrate: 900_000,
    sampleRate: 44_100,
    channels: 2,
    bitDepth: 16,
    fileSize: 20_000_000,
    dateAdded: "2026-02-03T12:00:00Z",
    lastPlayed: null,
    playCount: 0,
    skipCount: 0,
    rating: null,
    favorite: false,
    artworkId: "art1",
    loudnessLufs: -14.2,
    fingerprint: "full",
    missing: false,
    revision: 1,
    ...given,
  };
}

export function tracks(count: number, from = 1): Track[] {
  return Array.from({ length: count }, (_, index) => aTrack(from + index));
}

export function anAlbum(number = 1, given: Partial<Album> = {}): Album {
  return {
    id: `al${number}`,
    title: `Album ${number}`,
    artist: "Nina Vale",
    year: 2021,
    trackCount: 10,
    duration: 2_400,
    artworkId: `art${number}`,
    artworkColor: null,
    artworkPreview: null,
    rating: null,
    favorite: false,
    dateAdded: "2026-02-03T12:00:00Z",
    ...given,
  };
}

export function anArtist(number = 1, given: Partial<Artist> = {}): Artist {
  return {
    id: `ar${number}`,
    name: `Artist ${number}`,
    albumCount: 2,
    trackCount: 14,
    artworkId: null,
    rating: null,
    favorite: false,
    ...given,
  };
}

export function aScan(given: Partial<ScanStatus> = {}): ScanStatus {
  const counts = { files: 0, added: 0, updated: 0, moved: 0, missing: 0, failed: 0, seconds: 0 };
  return {
    state: "idle",
    done: 0,
    total: null,
    added: 0,
    updated: 0,
    moved: 0,
    missing: 0,
    failed: 0,
    ratePerSecond: 0,
    remainingSeconds: null,
    counts,
    reason: null,
    cancelled: false,
    ...given,
  };
}

export function aJob(given: Partial<JobProgress> = {}): JobProgress {
  return {
    jobId: "analysis",
    kind: "analysis",
    state: "idle",
    done: 0,
    total: 0,
    failed: 0,
    ratePerSecond: 0,
    remainingSeconds: null,
    ...given,
  };
}

export function someStats(given: Partial<LibraryStats> = {}): LibraryStats {
  return {
    tracks: 1_204,
    albums: 96,
    artists: 41,
    genres: 12,
    duration: 290_000,
    size: 31_400_000_000,
    formats: [{ format: "flac", trackCount: 1_204, duration: 290_000, size: 31_400_000_000 }],
    missing: 0,
    analysed: 1_100,
    problems: 2,
    ...given,
  };
}
