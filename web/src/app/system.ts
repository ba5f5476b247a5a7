/** The page in its surroundings: title, media keys and lock screen, theme, and the hook for diagnosis. */

import { artworkUrl } from "@/api/http";
import type { Track } from "@/api/types";
import { pageTitle, watchPageTitle } from "@/lib/page-title";
import { conductor, core, currentPosition, socket } from "./auralis";
import { rememberVolume } from "./mute";
import { isOutput, isPlaying, type AppState, type Theme } from "./state";
import { dispatch, useApp } from "./store";

const THEME = "auralis.theme";

declare global {
  interface Window {
    /**
     * For diagnosis and end-to-end tests: the last node before the loudspeaker, and what the player and the socket are
     * doing. `laid` places tracks in frames on the timeline whose present frame is `timeline`.
     */
    __auralis?: {
      captureTap(): AudioNode | null;
      snapshot(): object;
    };
  }
}

export function connectSystem(): () => void {
  const ends = [useApp.subscribe(showTitle), watchPageTitle(() => showTitle(useApp.getState())), useApp.subscribe(applyTheme), rememberVolume(), listenToMediaKeys()];
  const saved = localStorage.getItem(THEME);
  if (saved === "light" || saved === "dark") dispatch({ type: "theme", theme: saved });
  window.__auralis = {
    captureTap: () => core.graph?.analyser ?? null,
    snapshot: () => ({
      ...core.snapshot,
      position: core.position,
      timeline: core.graph ? core.graph.deck.element.currentTime * core.graph.rate : null,
      laid: core.laid,
      socket: socket.status,
      isOutput: conductor.isOutput,
    }),
  };
  return () => ends.forEach((end) => end());
}

function showTitle(state: AppState): void {
  const track = state.player?.current?.track;
  const playing = track && isPlaying(state) ? `${track.title} · ${track.artist ?? "Unknown artist"}` : null;
  const title = [playing, pageTitle(), "Auralis"].filter((part) => part !== null).join(" – ");
  if (document.title !== title) document.title = title;
}

function applyTheme({ theme }: AppState, before?: AppState): void {
  if (before && before.theme === theme) return;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(THEME, theme);
  dispatch({ type: "theme", theme });
}

function listenToMediaKeys(): () => void {
  const { mediaSession } = navigator;
  if (!mediaSession) return () => undefined;
  const handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => void conductor.resume(),
    pause: () => void conductor.pause(),
    previoustrack: () => void conductor.previous(),
    nexttrack: () => void conductor.next(),
    seekto: ({ seekTime }) => seekTime !== undefined && void conductor.seek(seekTime),
    seekbackward: ({ seekOffset }) => void conductor.seek(currentPosition() - (seekOffset ?? 10)),
    seekforward: ({ seekOffset }) => void conductor.seek(currentPosition() + (seekOffset ?? 10)),
  };
  for (const [action, handler] of Object.entries(handlers)) setHandler(action as MediaSessionAction, handler);
  let shown: string | null = null;
  return useApp.subscribe((state) => {
    if (!isOutput(state)) return;
    const track = state.player?.current?.track ?? null;
    mediaSession.playbackState = isPlaying(state) ? "playing" : track ? "paused" : "none";
    if (track && shown !== track.id) {
      shown = track.id;
      mediaSession.metadata = metadataOf(track);
    }
    const duration = state.player?.duration;
    if (duration) mediaSession.setPositionState?.({ duration, position: Math.min(duration, currentPosition(state)) });
  });
}

/** Some browsers know fewer actions than others. */
function setHandler(action: MediaSessionAction, handler: MediaSessionActionHandler): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // Not known here: its key simply does nothing.
  }
}

function metadataOf(track: Track): MediaMetadata {
  const artwork = ([128, 256, 512] as const).map((size) => ({
    src: artworkUrl(track.artworkId ?? "", size),
    sizes: `${size}x${size}`,
    type: "image/webp",
  }));
  return new MediaMetadata({
    title: track.title,
    artist: track.artist ?? "",
    album: track.album ?? "",
    artwork: track.artworkId ? artwork : [],
  });
}
