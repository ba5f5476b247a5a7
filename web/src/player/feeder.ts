/** Fetches segments and lays them on the timeline, with patience for what may pass and none for what will not. */

import { ApiError } from "@/api/http";
import type { Enhancement, Manifest, Track } from "@/api/types";
import { BufferFullError } from "./deck";
import type { Session } from "./session";
import { likelyVariant, resolveSound, type Line } from "./sound";
import type { SoundSource } from "./sound-source";
import { noteAppended, segmentAt, type LaidTrack } from "./timeline";

const RETRIES = 2;
const RETRY_MS = 700;
const LONGEST_PAUSE_MS = 8_000;

/** What is known of a track before its manifest. */
export type Coming = Pick<Track, "id" | "sampleRate" | "fingerprint">;

export class Feeder {
  constructor(
    private readonly source: SoundSource,
    private readonly wanted: () => Enhancement,
    private readonly wait: (ms: number, signal: AbortSignal) => Promise<void> = pause,
  ) {}

  /** Fetch what playing a track from `seconds` on will need first; nothing fails by it. */
  async prepare(track: Coming, { rate, codec }: Line, enhancement: Enhancement, seconds: number): Promise<void> {
    const { preset, intensity } = enhancement;
    const trackId = track.id;
    // The sound of a measured track is no surprise: its beginning is fetched beside the manifest, not after it.
    const isKnown = seconds === 0 && track.fingerprint === "full";
    const guessed = isKnown && this.source.guess({ trackId, rate, codec, variant: likelyVariant(enhancement), preset, intensity });
    const warm = (manifest: Manifest) => {
      if (guessed) return guessed;
      const index = segmentAt(manifest.segments, seconds * rate);
      return this.source.warm({ trackId, rate, codec, sound: resolveSound(enhancement, manifest), index });
    };
    const manifest = this.source.manifest({ trackId, rate, preset, intensity });
    await Promise.all([guessed, manifest.then(warm)]).catch(() => undefined);
  }

  /** What is to be known of a track before it is laid. */
  manifest(trackId: string, rate: number, { preset, intensity }: Enhancement, signal: AbortSignal): Promise<Manifest> {
    return this.patiently(() => this.source.manifest({ trackId, rate, preset, intensity }, signal), signal);
  }

  /** Bring one segment into the buffer; false when it was overtaken by another choice of sound, or is beyond the end. */
  async lay(session: Session, track: LaidTrack, index: number, signal: AbortSignal): Promise<boolean> {
    const { sound } = track;
    const { rate, codec } = session;
    const request = { trackId: track.trackId, rate, codec, sound, index };
    try {
      const piece = await this.patiently(() => this.source.segment(request, signal), signal);
      if (signal.aborted || track.sound.id !== sound.id) return false;
      const over = track.appended.has(index);
      await session.append(track, piece);
      if (over) session.reconcile(); // Firefox may take a block of the segment that follows along
      noteAppended(track, index, sound.id, { ...piece, blocks: session.blocksOf(track, piece) });
      session.place(track);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "PLAN_CHANGED" && sound.variant !== "ab") await this.#replan(session, track, signal);
      else if (error.code === "SEGMENT_NOT_FOUND" && index > 0) endBefore(track, index);
      else throw error;
      return false;
    }
  }

  /** See that the wanted sound lies at track frame `frame`; `waiting` is called before each fetch that this takes. */
  async bring(session: Session, track: LaidTrack, frame: number, signal: AbortSignal, waiting: () => void): Promise<void> {
    for (let laid = session.lies(track, frame); !laid && frame < track.frames; ) {
      waiting();
      laid = await this.#layFirst(session, track, segmentAt(track.manifest.segments, frame), signal);
      signal.throwIfAborted();
    }
  }

  /** Lay the segment that will be heard at once; what lies ahead of the place that is left gives way to it. */
  async #layFirst(session: Session, track: LaidTrack, index: number, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.lay(session, track, index, signal);
    } catch (error) {
      if (!(error instanceof BufferFullError)) throw error;
      await session.empty();
      return this.lay(session, track, index, signal);
    }
  }

  /** Repeat while the server cannot be reached, and a few times when it stumbles. */
  async patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const passing = error instanceof ApiError && (error.status === 0 || (error.status >= 500 && attempt < RETRIES));
        if (signal.aborted || !passing) throw error;
        await this.wait(Math.min(LONGEST_PAUSE_MS, RETRY_MS * 2 ** attempt), signal);
      }
    }
  }

  async #replan(session: Session, track: LaidTrack, signal: AbortSignal): Promise<void> {
    const wanted = this.wanted();
    const stale = track.sound.id;
    this.source.forget(track.trackId);
    track.manifest = await this.manifest(track.trackId, session.rate, wanted, signal);
    track.sound = resolveSound(wanted, track.manifest);
    if (track.sound.id === stale) throw new ApiError(409, "PLAN_CHANGED", "The server does not agree with its own plan.");
  }
}

/** An estimated length was too long: the track ends before segment `index`. */
function endBefore(track: LaidTrack, index: number): void {
  track.frames = track.manifest.segments[index]!.startFrame;
  track.exact = true;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const giveUp = () => {
      clearTimeout(timer);
      reject(new DOMException("Aborted", "AbortError"));
    };
    signal.addEventListener("abort", giveUp, { once: true });
  });
}
