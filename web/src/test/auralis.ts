/** Stands in for the composition root: no socket and no sound, and what was asked of them. */

import { beforeEach, vi } from "vitest";
import { INITIAL, type AppState } from "@/app/state";
import { useApp } from "@/app/store";
import { IDLE } from "@/player/core-state";
import type { Track } from "@/api/types";

export const conductor = {
  isOutput: false,
  playTrack: vi.fn(),
  playContext: vi.fn(),
  toggle: vi.fn(),
  resume: vi.fn(),
  pause: vi.fn(),
  next: vi.fn(),
  previous: vi.fn(),
  seek: vi.fn(),
  jump: vi.fn(),
  setVolume: vi.fn(),
  setEnhancement: vi.fn(),
  playHere: vi.fn(),
  handOver: vi.fn(),
  setRepeat: vi.fn(),
  setShuffle: vi.fn(),
  setCrossfade: vi.fn(),
  sleep: vi.fn(),
};
export const socket = { status: "ready", request: vi.fn<(type: string, data?: unknown) => Promise<object>>(async () => ({})), retry: vi.fn(), rename: vi.fn(async () => undefined), on: vi.fn<(type: string, handler: (frame: object) => void) => () => void>(() => () => undefined), onStatus: vi.fn(() => () => undefined), serverNow: () => Date.now() };
export const core = { unlock: vi.fn(), pause: vi.fn(), snapshot: IDLE, position: 0, laid: [], graph: null as object | null };
export const currentPosition = vi.fn(() => 0);

beforeEach(() => {
  vi.clearAllMocks();
  useApp.setState({ ...INITIAL, connection: "ready" }, true);
});

/** The state that the socket would have brought. */
export function given(state: Partial<AppState>): void {
  useApp.setState(state);
}

/** The player's state with `track` as the current one. */
export function playing(track: Track, isPlaying = true): void {
  given({
    player: {
      revision: 1,
      isPlaying,
      current: { entryId: "e1", lane: "context", track },
      next: null,
      position: { seconds: 0, serverTime: 0, rate: 1 },
      duration: 180,
      volume: 1,
      repeat: "off",
      shuffle: false,
      shuffleSeed: 0,
      crossfade: 0,
      sleep: null,
      underruns: 0,
      enhancement: { enabled: true, preset: "adaptive", intensity: 0.7 },
      outputClientId: null,
      clients: [],
      quality: "lossless",
      queueRevision: 1,
    },
  });
}
