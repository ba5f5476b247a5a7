/** What the view on screen is called; the window's title tells it. */

import { useEffect } from "react";

let title: string | null = null;
const watchers = new Set<() => void>();

export function pageTitle(): string | null {
  return title;
}

export function watchPageTitle(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Call the page `name` for as long as this is on screen. */
export function usePageTitle(name: string | null): void {
  useEffect(() => {
    if (name === null) return;
    become(name);
    return () => {
      if (title === name) become(null);
    };
  }, [name]);
}

function become(name: string | null): void {
  title = name;
  for (const watcher of watchers) watcher();
}
