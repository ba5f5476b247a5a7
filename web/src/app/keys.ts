/** Keys that work everywhere, except where one types. */

import { SEARCH_ID } from "@/features/search/search-box";
import { favor } from "@/features/listening/listening";
import { conductor, currentPosition, queryClient } from "./auralis";
import { toggleHeard } from "./heard";
import { singleKeysAreOn } from "./key-choice";
import { cycleRepeat, toggleShuffle } from "./modes";
import { changeVolume, toggleMute } from "./mute";
import { dispatch, useApp } from "./store";

const STEP_SECONDS = 5;
const LEAP_SECONDS = 30;
const VOLUME_STEP = 0.05;

/** Listen for keys; returns how to stop. */
export function listenForKeys(): () => void {
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const target = event.target instanceof HTMLElement ? event.target : document.body;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return done(event, focusSearch);
  if (isTyping(target)) return;
  const action = withModifier(event) ?? (event.ctrlKey || event.altKey || event.metaKey || !singleKeysAreOn() ? null : plain(event, target));
  if (action) done(event, action);
}

function done(event: KeyboardEvent, action: () => void): void {
  event.preventDefault();
  action();
}

function isTyping(target: HTMLElement): boolean {
  return target.isContentEditable || target.matches("input:not([type=range]), textarea, select");
}

function withModifier(event: KeyboardEvent): (() => void) | null {
  if (event.metaKey || event.ctrlKey === event.altKey) return null;
  if (event.key === "ArrowLeft") return () => void conductor.previous();
  if (event.key === "ArrowRight") return () => void conductor.next();
  return null;
}

function plain(event: KeyboardEvent, target: HTMLElement): (() => void) | null {
  const onSlider = target.matches("input[type=range]");
  const seconds = event.shiftKey ? LEAP_SECONDS : STEP_SECONDS;
  switch (event.key) {
    case " ":
      return target.closest("button, a, summary, [role=switch]") ? null : () => void conductor.toggle();
    case "ArrowLeft":
      return onSlider ? null : () => seekBy(-seconds);
    case "ArrowRight":
      return onSlider ? null : () => seekBy(seconds);
    case "-":
    case "_":
      return () => changeVolume(-VOLUME_STEP);
    case "+":
    case "=":
      return () => changeVolume(VOLUME_STEP);
    case "/":
      return focusSearch;
    case "?":
      return () => dispatch({ type: "help", open: !useApp.getState().help });
    default:
      return LETTERS[event.key.toLowerCase()] ?? null;
  }
}

const LETTERS: Record<string, () => void> = {
  m: toggleMute,
  s: toggleShuffle,
  r: cycleRepeat,
  l: () => {
    const track = useApp.getState().player?.current?.track;
    if (track) void favor(queryClient, track);
  },
  e: toggleEnhancement,
  a: () => !toggleHeard() && toggleEnhancement(),
  q: () => togglePanel("queue"),
  n: () => togglePanel("sound"),
  y: () => togglePanel("lyrics"),
};

function toggleEnhancement(): void {
  const enhancement = useApp.getState().player?.enhancement;
  if (enhancement) conductor.setEnhancement({ enabled: !enhancement.enabled });
}

function togglePanel(panel: "queue" | "sound" | "lyrics"): void {
  dispatch({ type: "panel", panel: useApp.getState().panel === panel ? "none" : panel });
}

function seekBy(seconds: number): void {
  const { player } = useApp.getState();
  if (!player?.current) return;
  void conductor.seek(Math.min(player.duration ?? Infinity, Math.max(0, currentPosition() + seconds)));
}

function focusSearch(): void {
  const box = document.getElementById(SEARCH_ID);
  if (box instanceof HTMLInputElement) {
    box.focus();
    box.select();
  }
}
