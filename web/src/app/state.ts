/** The client's state and its pure reducer; everything that pushes into the page is an action. */

import { withListening, type Listening } from "@/api/listening";
import type { Client, JobProgress, PlayerState, QueueState, QueueUpdated, Ready, ScanStatus } from "@/api/types";
import { IDLE, type CoreSnapshot } from "@/player/core-state";
import type { Status } from "@/socket/client";
import { afterChange } from "./queue-window";

export type Theme = "system" | "light" | "dark";
export type Panel = "none" | "sound" | "queue" | "lyrics";
export type Level = "info" | "warning" | "error";

export interface Notice {
  id: number;
  level: Level;
  message: string;
  /** Takes back what the notice tells. */
  undo?: (() => void) | undefined;
  /** What that is called where it is something else than taking back. */
  action?: string | undefined;
}

export interface AppState {
  connection: Status;
  /** Whether the server has been reached since the page was opened. */
  greeted: boolean;
  clientId: string | null;
  serverVersion: string | null;
  player: PlayerState | null;
  queue: QueueState | null;
  scan: ScanStatus | null;
  analysis: JobProgress | null;
  core: CoreSnapshot;
  notices: Notice[];
  panel: Panel;
  /** The full-screen player of small screens. */
  sheet: boolean;
  help: boolean;
  theme: Theme;
}

export type Action =
  | { type: "connection"; status: Status }
  | { type: "ready"; data: Ready }
  | { type: "player"; data: PlayerState }
  | { type: "clients"; data: Client[] }
  | { type: "queue"; data: QueueState }
  | { type: "queueChanged"; data: QueueUpdated }
  | { type: "scan"; data: ScanStatus }
  | { type: "analysis"; data: JobProgress }
  | { type: "core"; data: CoreSnapshot }
  | { type: "analysed"; trackId: string }
  | { type: "listened"; trackId: string; change: Partial<Listening> }
  | { type: "notice"; id: number; level: Level; message: string; undo?: (() => void) | undefined; action?: string | undefined }
  | { type: "dismiss"; id: number }
  | { type: "panel"; panel: Panel }
  | { type: "sheet"; open: boolean }
  | { type: "help"; open: boolean }
  | { type: "theme"; theme: Theme };

export const INITIAL: AppState = {
  connection: "closed",
  greeted: false,
  clientId: null,
  serverVersion: null,
  player: null,
  queue: null,
  scan: null,
  analysis: null,
  core: IDLE,
  notices: [],
  panel: "none",
  sheet: false,
  help: false,
  theme: "system",
};

const MOST_NOTICES = 4;

export function reduce(state: AppState, action: Action): AppState {
  switch (action.type) {
    case "connection":
      return { ...state, connection: action.status, clientId: action.status === "ready" ? state.clientId : null };
    case "ready": {
      const { clientId, serverVersion, snapshot } = action.data;
      return { ...state, ...snapshot, greeted: true, clientId, serverVersion };
    }
    case "player":
      return isOlder(action.data, state.player) ? state : { ...state, player: action.data };
    case "clients":
      return state.player ? { ...state, player: { ...state.player, clients: action.data } } : state;
    case "queue":
      return isOlder(action.data, state.queue) ? state : { ...state, queue: action.data };
    case "queueChanged":
      return { ...state, queue: afterChange(state.queue, action.data) ?? state.queue };
    case "scan":
      return { ...state, scan: action.data };
    case "analysis":
      return { ...state, analysis: action.data };
    case "core":
      return { ...state, core: action.data };
    case "analysed":
      return { ...state, player: withAnalysed(state.player, action.trackId) };
    case "listened": {
      const { trackId, change } = action;
      return { ...state, player: withListening(state.player, trackId, change), queue: withListening(state.queue, trackId, change) };
    }
    case "notice": {
      const others = state.notices.filter((notice) => notice.message !== action.message);
      const { id, level, message, undo, action: name } = action;
      return { ...state, notices: [...others, { id, level, message, undo, action: name }].slice(-MOST_NOTICES) };
    }
    case "dismiss":
      return { ...state, notices: state.notices.filter((notice) => notice.id !== action.id) };
    case "panel":
      return { ...state, panel: action.panel };
    case "sheet":
      return { ...state, sheet: action.open };
    case "help":
      return { ...state, help: action.open };
    case "theme":
      return { ...state, theme: action.theme };
  }
}

function isOlder(given: { revision: number }, known: { revision: number } | null): boolean {
  return known !== null && given.revision < known.revision;
}

function withAnalysed(player: PlayerState | null, trackId: string): PlayerState | null {
  if (!player) return player;
  const mark = (item: PlayerState["current"]) =>
    item?.track.id === trackId ? { ...item, track: { ...item.track, fingerprint: "full" as const } } : item;
  return { ...player, current: mark(player.current), next: mark(player.next) };
}

/** Whether this tab is the one that sounds. */
export function isOutput(state: AppState): boolean {
  return state.clientId !== null && state.player?.outputClientId === state.clientId;
}

/** The client that sounds, if it is known to be another one than this tab. */
export function otherOutput(state: AppState): { clientId: string; name: string } | null {
  const id = state.player?.outputClientId ?? null;
  if (id === null || id === state.clientId || state.connection !== "ready") return null;
  return state.player?.clients.find((client) => client.clientId === id) ?? { clientId: id, name: "another device" };
}

/** Whether playback goes on, as far as this page knows: the server's word, or its own while it is cut off. */
export function isPlaying(state: AppState): boolean {
  return state.connection === "ready" ? (state.player?.isPlaying ?? false) : state.core.playing;
}
