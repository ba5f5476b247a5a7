/** A server's sound, all labels: what is asked of it, and what it answers. */

import { ApiError } from "@/api/http";
import type { Manifest, MasteringPlan } from "@/api/types";
import type { Codec } from "@/player/sound";
import type { GuessRequest, ManifestRequest, Piece, SegmentRequest, SoundSource, TransitionRequest } from "@/player/sound-source";
import { encoded } from "./media";

/** What stands before a piece in AAC, and its neighbour's sound at either end, in frames. */
const AAC_LEAD = 120;
const AAC_ROLL = 100;

const LENGTHS = [1, 2, 4];

function table(frames: number, rate: number): Manifest["segments"] {
  const segments: Manifest["segments"] = [];
  for (let start = 0; start < frames; ) {
    const length = Math.min((LENGTHS[segments.length] ?? 10) * rate, frames - start);
    segments.push({ index: segments.length, startFrame: start, frames: length });
    start += length;
  }
  return segments;
}

interface FakeTrack {
  seconds: number;
  enhanced: boolean;
  exact: boolean;
  /** What the manifest says while it is not exact. */
  estimatedSeconds: number;
}

/** Sound that is all labels: `t1 original 2` is segment 2 of track t1; a transition is `t1 original>enhanced:warm`. */
export class FakeServer implements SoundSource {
  readonly log: string[] = [];
  readonly tracks = new Map<string, FakeTrack>();
  planVersion = 1;
  /** What the listener's mode of loudness makes of every track's original. */
  gainDb = 0;
  /** Answers that go wrong, by what is asked; taken out as they are used. */
  readonly failures = new Map<string, ApiError[]>();
  /** Runs before each answer; a test may hold it back or let time pass in it. */
  before: (asked: string, signal?: AbortSignal) => Promise<void> | void = () => undefined;
  warmed: (SegmentRequest | GuessRequest)[] = [];
  readonly forgotten: string[] = [];

  add(trackId: string, seconds: number, given: Partial<FakeTrack> = {}): void {
    this.tracks.set(trackId, { seconds, enhanced: true, exact: true, estimatedSeconds: seconds, ...given });
  }

  fail(asked: string, status: number, code = "INTERNAL_ERROR", times = 1): void {
    this.failures.set(asked, Array.from({ length: times }, () => new ApiError(status, code, `${code} for ${asked}`)));
  }

  async manifest({ trackId, rate, preset, intensity }: ManifestRequest, signal?: AbortSignal): Promise<Manifest> {
    const track = await this.#answer(`manifest ${trackId} ${preset} ${intensity}`, trackId, signal);
    const frames = (track.exact ? track.seconds : track.estimatedSeconds) * rate;
    return {
      trackId,
      sampleRate: rate,
      sourceSampleRate: rate,
      sourceChannels: 2,
      frames,
      framesExact: track.exact,
      fingerprint: track.exact ? "full" : "estimate",
      confidence: 0.9,
      duration: frames / rate,
      alterations: [],
      aac: { mimeType: "", bitrate: 128_000, leadFrames: AAC_LEAD, rollFrames: AAC_ROLL },
      mimeType: "",
      segments: table(frames, rate),
      variants: {
        original: { key: "o", loudnessLufs: -14, truePeakDbtp: -0.5, gainDb: this.gainDb },
        enhanced: track.enhanced
          ? { key: `${preset}${intensity}v${this.planVersion}`, loudnessLufs: -14, truePeakDbtp: -1, gainDb: this.gainDb - 0.5, plan: {} as MasteringPlan }
          : null,
      },
      enhancedUnavailableReason: track.enhanced ? null : "Not analysed yet.",
      loudness: { mode: "off", playsAtLufs: -14, limitedBy: null },
    };
  }

  async segment({ trackId, rate, codec, sound, index }: SegmentRequest, signal?: AbortSignal): Promise<Piece> {
    const label = `${trackId} ${nameOf(sound)} ${index}${smallOf(codec)}`;
    const track = await this.#answer(`segment ${label}`, trackId, signal);
    if (sound.variant === "enhanced" && !sound.key.endsWith(`v${this.planVersion}`)) {
      throw new ApiError(409, "PLAN_CHANGED", "stale");
    }
    const segment = table(track.seconds * rate, rate)[index];
    if (!segment) throw new ApiError(404, "SEGMENT_NOT_FOUND", "beyond the end");
    const { startFrame, frames } = segment;
    const bytes = encoded(label, bodyFrames(frames, codec) / rate);
    return { bytes, startFrame, frames, final: startFrame + frames >= track.seconds * rate };
  }

  async transition({ trackId, rate, codec, from, to, frame }: TransitionRequest, signal?: AbortSignal): Promise<Piece> {
    const label = `${trackId} ${nameOf(from)}>${nameOf(to)}${smallOf(codec)}`;
    const track = await this.#answer(`transition ${label} ${frame}`, trackId, signal);
    const total = track.seconds * rate;
    const border = table(total, rate).find(({ startFrame }) => startFrame >= frame + rate / 2)?.startFrame ?? total;
    const frames = border - frame;
    return { bytes: encoded(label, bodyFrames(frames, codec) / rate), startFrame: frame, frames, final: border >= total };
  }

  async warm(wanted: SegmentRequest | GuessRequest): Promise<void> {
    this.warmed.push(wanted);
  }

  guess = (wanted: GuessRequest) => this.warm(wanted);

  forget(trackId = "all"): void {
    this.forgotten.push(trackId);
  }

  async #answer(asked: string, trackId: string, signal?: AbortSignal): Promise<FakeTrack> {
    signal?.throwIfAborted();
    this.log.push(asked);
    await this.before(asked, signal);
    signal?.throwIfAborted();
    const kind = asked.split(" ")[0]!;
    const failure = this.failures.get(asked)?.shift() ?? this.failures.get(`${kind} ${trackId}`)?.shift();
    if (failure) throw failure;
    return this.tracks.get(trackId)!;
  }
}

const bodyFrames = (frames: number, codec: Codec): number => (codec === "flac" ? frames : frames + AAC_LEAD + AAC_ROLL);
const smallOf = (codec: Codec): string => (codec === "flac" ? "" : " aac");

function nameOf({ variant, preset, intensity }: { variant: string; preset: string; intensity: number }): string {
  return variant === "original" ? "original" : `${preset}${intensity === 1 ? "" : intensity}`;
}
