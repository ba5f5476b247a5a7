/** Rows of one height in a scrolled area, as many as one likes: which are on screen, and where they stand. */

/** Browsers give up on elements of some 17 (Firefox) or 33 (Chromium) million pixels; longer lists are scaled. */
export const TALLEST = 12_000_000;

export interface Geometry {
  count: number;
  rowHeight: number;
  /** Height of the visible part. */
  viewport: number;
}

export interface Row {
  index: number;
  /** Pixels from the list's own top. */
  top: number;
}

/** Height of the element that holds all rows. */
export function listHeight({ count, rowHeight }: Geometry): number {
  return Math.min(TALLEST, count * rowHeight);
}

function isScaled({ count, rowHeight }: Geometry): boolean {
  return count * rowHeight > TALLEST;
}

/** Furthest that the rows can be moved up, in their own pixels. */
function furthest({ count, rowHeight, viewport }: Geometry): number {
  return Math.max(0, count * rowHeight - viewport);
}

/**
 * Where in the rows (in their own pixels) the top of the screen is. A scaled list follows small moves one to one,
 * so that the wheel feels as ever, and jumps of the scroll bar by proportion.
 */
export function offsetAfter(geometry: Geometry, before: { scroll: number; offset: number }, scroll: number): number {
  if (!isScaled(geometry)) return scroll;
  const last = furthest(geometry);
  const range = listHeight(geometry) - geometry.viewport;
  if (scroll <= 0) return 0;
  if (scroll >= range) return last;
  const moved = scroll - before.scroll;
  if (Math.abs(moved) < geometry.viewport * 2) return Math.max(0, Math.min(last, before.offset + moved));
  return (scroll / range) * last;
}

/** The rows on screen and some around them. */
export function rowsAt(geometry: Geometry, offset: number, scroll: number, overscan: number): Row[] {
  const { count, rowHeight, viewport } = geometry;
  const first = Math.max(0, Math.floor(offset / rowHeight) - overscan);
  const last = Math.min(count - 1, Math.ceil((offset + viewport) / rowHeight) + overscan);
  const shift = isScaled(geometry) ? scroll - offset : 0;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => {
    const index = first + place;
    return { index, top: index * rowHeight + shift };
  });
}

/** Scroll position that brings row `index` into the part that is not covered by `margin` at the top; null if it is there. */
export function scrollFor(geometry: Geometry, offset: number, index: number, margin: number): { scroll: number; offset: number } | null {
  const { rowHeight, viewport } = geometry;
  const top = index * rowHeight;
  let target = offset;
  if (top < offset + margin) target = top - margin;
  else if (top + rowHeight > offset + viewport) target = top + rowHeight - viewport;
  else return null;
  if (!isScaled(geometry)) return { scroll: target, offset: target };
  const clamped = Math.max(0, Math.min(furthest(geometry), target));
  return { scroll: (clamped / furthest(geometry)) * (listHeight(geometry) - viewport), offset: clamped };
}
