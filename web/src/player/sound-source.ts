/** Where the player gets its sound from: manifests, segments and transitions over HTTP, each abortable. */

import type { Manifest } from "@/api/types";
import { ApiError, get, isAbort, request, url } from "@/api/http";
import type { Codec, Sound, Variant } from "./sound";

/** Encoded sound, complete in itself, with its place in the track. */
export interface Piece {
  bytes: ArrayBuffer;
  startFrame: number;
  frames: number;
  final: boolean;
}

export interface ManifestRequest {
  trackId: string;
  rate: number;
  preset: string;
  intensity: number;
}

export interface SegmentRequest {
  trackId: string;
  rate: number;
  codec: Codec;
  sound: Sound;
  index: number;
}

/** The beginning of a track, by what it is likely to sound like. */
export interface GuessRequest {
  trackId: string;
  rate: number;
  codec: Codec;
  variant: Variant;
  preset: string;
  intensity: number;
}

export interface TransitionRequest {
  trackId: string;
  rate: number;
  codec: Codec;
  from: Sound;
  to: Sound;
  frame: number;
}

export interface SoundSource {
  manifest(wanted: ManifestRequest, signal?: AbortSignal): Promise<Manifest>;
  segment(wanted: SegmentRequest, signal?: AbortSignal): Promise<Piece>;
  transition(wanted: TransitionRequest, signal?: AbortSignal): Promise<Piece>;
  /** Begin to fetch a segment that will be asked for in a moment. */
  warm(wanted: SegmentRequest): Promise<void>;
  /** Begin to fetch the first segment before its key is known; it counts only if it proves to be what is asked for. */
  guess(wanted: GuessRequest): Promise<void>;
  /** Forget what is known of a track, or of all: plans or gains may have changed. */
  forget(trackId?: string): void;
}

const REMEMBERED_MANIFESTS = 24;
/** What was fetched ahead and is not asked for in this time is not wanted. */
const KEPT_AHEAD_MS = 10_000;

/** The server as a sound source; manifests are remembered, the browser caches the segments. */
export class HttpSoundSource implements SoundSource {
  readonly #manifests = new Map<string, Promise<Manifest>>();
  readonly #warm = new Map<string, Promise<Piece>>();
  readonly #guessed = new Map<string, Promise<Piece & { etag: string }>>();

  manifest(wanted: ManifestRequest, signal?: AbortSignal): Promise<Manifest> {
    const { trackId, rate, preset, intensity } = wanted;
    const name = [trackId, rate, preset, intensity].join(" ");
    let found = this.#manifests.get(name);
    if (!found) {
      found = get<Manifest>(`/stream/${encodeURIComponent(trackId)}/manifest`, { rate, preset, intensity }).then(
        (answer) => answer.data,
      );
      this.#manifests.set(name, found);
      found.catch(() => this.#manifests.delete(name));
      for (const old of this.#manifests.keys()) {
        if (this.#manifests.size <= REMEMBERED_MANIFESTS) break;
        this.#manifests.delete(old);
      }
    }
    return signal ? abortable(found, signal) : found;
  }

  async warm(wanted: SegmentRequest): Promise<void> {
    const address = segmentUrl(wanted);
    const piece = this.#warm.get(address) ?? fetchPiece(address);
    if (this.#warm.has(address)) return void (await piece);
    this.#warm.set(address, piece);
    piece.catch(() => this.#warm.delete(address));
    setTimeout(() => this.#warm.delete(address), KEPT_AHEAD_MS);
    await piece;
  }

  async guess({ trackId, rate, codec, variant, preset, intensity }: GuessRequest): Promise<void> {
    const path = `/stream/${encodeURIComponent(trackId)}/${variant}/0`;
    const piece = fetchPiece(url(path, { rate, preset, intensity, ...coded(codec) }));
    const name = `${trackId} ${variant}`;
    this.#guessed.set(name, piece);
    const drop = () => this.#guessed.get(name) === piece && this.#guessed.delete(name);
    piece.catch(drop);
    setTimeout(drop, KEPT_AHEAD_MS);
    await piece;
  }

  segment(wanted: SegmentRequest, signal?: AbortSignal): Promise<Piece> {
    const address = segmentUrl(wanted);
    const ahead = this.#warm.get(address) ?? this.#guessedRight(wanted, address);
    if (!ahead) return fetchPiece(address, signal);
    this.#warm.delete(address);
    return signal ? abortable(ahead, signal) : ahead;
  }

  /** The piece that was guessed, if any: where it is not the one that is wanted after all, that one. */
  #guessedRight({ trackId, codec, sound, index }: SegmentRequest, address: string): Promise<Piece> | undefined {
    const name = `${trackId} ${sound.variant}`;
    const guessed = index === 0 ? this.#guessed.get(name) : undefined;
    if (!guessed) return undefined;
    this.#guessed.delete(name);
    const etag = codec === "flac" ? `"${sound.key}-0"` : `"${sound.key}-${codec}-0"`;
    return guessed.then(
      (piece) => (piece.etag === etag ? piece : fetchPiece(address)),
      () => fetchPiece(address),
    );
  }

  transition(wanted: TransitionRequest, signal?: AbortSignal): Promise<Piece> {
    const { trackId, rate, codec, from, to, frame } = wanted;
    const path = `/stream/${encodeURIComponent(trackId)}/transition/${from.variant}/${to.variant}/${frame}`;
    const { preset, intensity } = to;
    // What plays may follow a plan that has given way to another since: its key tells the server which.
    const old = { fromPreset: from.preset, fromIntensity: from.intensity, fromKey: from.key };
    return fetchPiece(url(path, { rate, preset, intensity, ...old, ...coded(codec) }), signal);
  }

  forget(trackId?: string): void {
    for (const name of this.#manifests.keys()) {
      if (trackId === undefined || name.startsWith(`${trackId} `)) this.#manifests.delete(name);
    }
  }
}

/** How a codec is asked for; exact is what comes of itself. */
function coded(codec: Codec): { codec?: Codec } {
  return codec === "flac" ? {} : { codec };
}

function segmentUrl({ trackId, rate, codec, sound, index }: SegmentRequest): string {
  const params = { rate, preset: sound.preset, intensity: sound.intensity, key: sound.key, ...coded(codec) };
  return url(`/stream/${encodeURIComponent(trackId)}/${sound.variant}/${index}`, params);
}

async function fetchPiece(address: string, signal?: AbortSignal): Promise<Piece & { etag: string }> {
  const response = await request(address, signal ? { signal } : {});
  const { headers } = response;
  return {
    bytes: await response.arrayBuffer().catch(cutOff),
    startFrame: Number(headers.get("Auralis-Start-Frame")),
    frames: Number(headers.get("Auralis-Frames")),
    final: headers.get("Auralis-Final") === "1",
    etag: headers.get("ETag") ?? "",
  };
}

function cutOff(error: unknown): never {
  if (isAbort(error)) throw error;
  throw new ApiError(0, "UNREACHABLE", "The connection broke off.");
}

/** The promise, given up early when `signal` aborts; the work behind it goes on for others. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(abortError());
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortError());
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function abortError(): DOMException {
  return new DOMException("Aborted", "AbortError");
}
