import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { listHeight, offsetAfter, rowsAt, scrollFor, type Geometry, type Row } from "./rows";
import { useScrollArea } from "./scroll-area";

/** What covers the top of the area: the header and a list's own head. */
const COVERED = 108;
const ASSUMED_VIEWPORT = 800;
const TOP: Place = { scroll: 0, offset: 0, viewport: ASSUMED_VIEWPORT };

interface Place {
  scroll: number;
  /** In the rows' own pixels; differs from `scroll` in scaled lists. */
  offset: number;
  viewport: number;
}

interface Options {
  count: number;
  rowHeight: number;
  /** Where the list begins within the scrolled content. */
  top: number;
  overscan?: number;
}

/** The rows to draw right now; re-renders only when others come into sight. */
export function useRows({ count, rowHeight, top, overscan = 8 }: Options): {
  rows: Row[];
  height: number;
  scrollTo: (index: number) => void;
} {
  const area = useScrollArea();
  const [place, setPlace] = useState(TOP);
  const live = useRef(TOP);
  const geometry: Geometry = { count, rowHeight, viewport: place.viewport };
  const rows = rowsAt(geometry, place.offset, place.scroll, overscan);
  const latest = useRef({ geometry, top, overscan, drawn: "" });
  useLayoutEffect(() => {
    latest.current = { geometry, top, overscan, drawn: nameOf(rows) };
  });

  const move = useCallback((next: Place) => {
    const { geometry: known, overscan: extra, drawn } = latest.current;
    live.current = next;
    if (nameOf(rowsAt({ ...known, viewport: next.viewport }, next.offset, next.scroll, extra)) !== drawn) setPlace(next);
  }, []);

  const look = useCallback(() => {
    if (!area) return;
    const viewport = area.clientHeight || ASSUMED_VIEWPORT;
    const scroll = area.scrollTop - latest.current.top;
    const offset = offsetAfter({ ...latest.current.geometry, viewport }, live.current, scroll);
    move({ scroll, offset, viewport });
  }, [area, move]);

  useEffect(() => {
    if (!area) return;
    area.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(area);
    return () => {
      area.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [area, look]);
  useEffect(look, [look, top, rowHeight, count]);

  const scrollTo = useCallback(
    (index: number) => {
      const target = scrollFor({ ...latest.current.geometry, viewport: live.current.viewport }, live.current.offset, index, COVERED);
      if (!target || !area) return;
      move({ ...live.current, ...target });
      area.scrollTo({ top: target.scroll + latest.current.top });
    },
    [area, move],
  );
  return { rows, height: listHeight(geometry), scrollTo };
}

function nameOf(rows: Row[]): string {
  const first = rows[0];
  return first ? `${first.index} ${rows.length} ${first.top}` : "";
}
