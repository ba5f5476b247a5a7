/** The full-screen player has a place of its own in the history, so that going back closes it and leaves nothing else. */

import { dispatch } from "@/app/store";

const PLACE = "sheet";

export function openSheet(): void {
  history.pushState({ place: PLACE }, "");
  dispatch({ type: "sheet", open: true });
}

/** Close it by its own means: then its place in the history goes too. */
export function closeSheet(): void {
  dispatch({ type: "sheet", open: false });
  const state = history.state as { place?: string } | null;
  if (state?.place === PLACE) history.back();
}
