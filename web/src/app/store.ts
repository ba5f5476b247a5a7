/** The one store of the page: the pure reducer behind zustand. */

import { create } from "zustand";
import { INITIAL, reduce, type Action, type AppState, type Level } from "./state";

export const useApp = create<AppState>()(() => INITIAL);

export function dispatch(action: Action): void {
  useApp.setState((state) => reduce(state, action));
}

let notices = 0;

/** Tell people something; it goes away on its own after a while, errors and what can be undone later. */
export function notify(level: Level, message: string, undo?: () => void, action?: string): void {
  const id = ++notices;
  dispatch({ type: "notice", id, level, message, undo, action });
  setTimeout(() => dispatch({ type: "dismiss", id }), level === "error" || undo ? 9_000 : 5_000);
}
