import { useEffect, useRef } from "react";

/** Going back comes back to where one was; any other way begins at the top. */
export function useScrollMemory(area: HTMLElement | null, address: string): void {
  const places = useRef(new Map<string, number>());
  const back = useRef(false);
  useEffect(() => {
    const popped = () => {
      back.current = true;
    };
    window.addEventListener("popstate", popped);
    return () => window.removeEventListener("popstate", popped);
  }, []);
  useEffect(() => {
    if (!area) return;
    const known = places.current;
    area.scrollTo?.({ top: back.current ? (known.get(address) ?? 0) : 0 });
    back.current = false;
    const note = () => known.set(address, area.scrollTop);
    area.addEventListener("scroll", note, { passive: true });
    return () => area.removeEventListener("scroll", note);
  }, [area, address]);
}
