/** The one store of the page: the pure reducer behind zustand. */

import { createStore, useStore, type StoreApi } from "zustand";
import { Patience } from "@/lib/patience";
import { INITIAL, reduce, type Action, type AppState, type Level } from "./state";

/** What is to be heard in a moment goes before what is to be seen: React hears of changes when it is over. */
export const patience = new Patience();

const app = createStore<AppState>()(() => INITIAL);
const drawn: StoreApi<AppState> = {
  ...app,
  subscribe: (redraw) => {
    const ask = () => redraw(app.getState(), app.getState());
    return app.subscribe(() => patience.later(ask));
  },
};

function useState<T>(choose: (state: AppState) => T): T {
  return useStore(drawn, choose);
}

/** The state for components, and for the rest of the page, which hears of changes at once. */
export const useApp = Object.assign(useState, app);

export function dispatch(action: Action): void {
  app.setState((state) => reduce(state, action));
}

let notices = 0;

/** Tell people something; it goes away on its own after a while, errors and what can be undone later. */
export function notify(level: Level, message: string, undo?: () => void, action?: string): void {
  const id = ++notices;
  dispatch({ type: "notice", id, level, message, undo, action });
  setTimeout(() => dispatch({ type: "dismiss", id }), level === "error" || undo ? 9_000 : 5_000);
}
