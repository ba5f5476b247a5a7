import { useEffect, useRef } from "react";

/** What the router tells of its own moves; going back and forth in history is not among them. */
const MOVES = ["pushState", "replaceState"];

/** Going back comes back to where one was; any other way begins at the top. */
export function useScrollMemory(area: HTMLElement | null, address: string): void {
  const places = useRef(new Map<string, number>());
  const chosen = useRef<string | null>(null);
  useEffect(() => {
    const moved = () => {
      chosen.current = location.pathname;
    };
    for (const move of MOVES) window.addEventListener(move, moved);
    return () => MOVES.forEach((move) => window.removeEventListener(move, moved));
  }, []);
  useEffect(() => {
    if (!area) return;
    const known = places.current;
    area.scrollTo?.({ top: chosen.current === address ? 0 : (known.get(address) ?? 0) });
    chosen.current = null;
    const note = () => known.set(address, area.scrollTop);
    area.addEventListener("scroll", note, { passive: true });
    return () => area.removeEventListener("scroll", note);
  }, [area, address]);
}
