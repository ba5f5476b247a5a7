import { conductor } from "./auralis";
import { useApp } from "./store";

let before = 1;

/** Silence, or back to the volume that was before it. */
export function toggleMute(): void {
  const volume = useApp.getState().player?.volume ?? 1;
  if (volume > 0) before = volume;
  conductor.setVolume(volume > 0 ? 0 : before);
}

export function changeVolume(step: number): void {
  const volume = useApp.getState().player?.volume ?? 1;
  conductor.setVolume(Math.min(1, Math.max(0, Math.round((volume + step) * 100) / 100)));
}
