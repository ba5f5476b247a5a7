/** Silence and back: the volume before it is remembered, also over a reload, whoever has silenced the player. */

import { conductor } from "./auralis";
import { useApp } from "./store";

const KEY = "auralis.volume";
/** Where nothing is known of the volume before: to be heard, and to startle nobody. */
const MODEST = 0.5;

/** Remember every volume that is not silence; returns how to stop. */
export function rememberVolume(): () => void {
  let known = volumeBefore();
  return useApp.subscribe(({ player }) => {
    const volume = player?.volume ?? 0;
    if (volume <= 0 || volume === known) return;
    known = volume;
    localStorage.setItem(KEY, String(volume));
  });
}

/** Silence, or back to the volume that was before it. */
export function toggleMute(): void {
  const volume = useApp.getState().player?.volume ?? 1;
  if (volume > 0) localStorage.setItem(KEY, String(volume));
  conductor.setVolume(volume > 0 ? 0 : volumeBefore());
}

export function changeVolume(step: number): void {
  const volume = useApp.getState().player?.volume ?? 1;
  conductor.setVolume(Math.min(1, Math.max(0, Math.round((volume + step) * 100) / 100)));
}

function volumeBefore(): number {
  const kept = Number(localStorage.getItem(KEY));
  return kept > 0 && kept <= 1 ? kept : MODEST;
}
