/** How the queue is played, by one key or button each. */

import type { PlayerState } from "@/api/types";
import { conductor } from "./auralis";
import { useApp } from "./store";

const AFTER = { off: "all", all: "one", one: "off" } as const;

export function nextRepeat(mode: PlayerState["repeat"]): PlayerState["repeat"] {
  return AFTER[mode];
}

export function cycleRepeat(): void {
  void conductor.setRepeat(nextRepeat(useApp.getState().player?.repeat ?? "off"));
}

export function toggleShuffle(): void {
  void conductor.setShuffle(!useApp.getState().player?.shuffle);
}
