/** Where the map's places are on screen, what lies near a point, and what a drawn line encloses. */

/** The map's place that is in the middle of the screen, and pixels for one of its units. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Places {
  ids: readonly string[];
  x: readonly number[];
  y: readonly number[];
}

export interface Size {
  width: number;
  height: number;
}

export type Point = readonly [x: number, y: number];

const MARGIN = 0.86;
const CLOSEST = 4_000;
const WIDEST_SHARE = 0.5;

/** The view that shows all of `bounds`. */
export function fitted(bounds: { x: readonly number[]; y: readonly number[] }, { width, height }: Size): View {
  const [left = 0, right = 0] = bounds.x;
  const [bottom = 0, top = 0] = bounds.y;
  const scale = Math.min((width * MARGIN) / Math.max(1e-6, right - left), (height * MARGIN) / Math.max(1e-6, top - bottom));
  return { x: (left + right) / 2, y: (bottom + top) / 2, scale: Math.min(CLOSEST, scale) };
}

/** A place in pixels; up is up on the map. */
export function onScreen(view: View, { width, height }: Size, x: number, y: number): Point {
  return [width / 2 + (x - view.x) * view.scale, height / 2 - (y - view.y) * view.scale];
}

export function onMap(view: View, { width, height }: Size, [px, py]: Point): Point {
  return [view.x + (px - width / 2) / view.scale, view.y - (py - height / 2) / view.scale];
}

/** Nearer or further by a factor, with the place under `point` staying where it is. */
export function zoomed(view: View, size: Size, point: Point, factor: number, least: number): View {
  const scale = Math.max(least * WIDEST_SHARE, Math.min(CLOSEST, view.scale * factor));
  const [x, y] = onMap(view, size, point);
  const [dx, dy] = [(point[0] - size.width / 2) / scale, (point[1] - size.height / 2) / scale];
  return { x: x - dx, y: y + dy, scale };
}

export function moved(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x - dx / view.scale, y: view.y + dy / view.scale };
}

/** Index of the place nearest to `point`, at most `within` pixels away; -1 where there is none. */
export function nearest(places: Places, view: View, size: Size, point: Point, within: number): number {
  const [x, y] = onMap(view, size, point);
  let found = -1;
  let best = (within / view.scale) ** 2;
  for (let index = 0; index < places.ids.length; index += 1) {
    const distance = (places.x[index]! - x) ** 2 + (places.y[index]! - y) ** 2;
    if (distance <= best) [found, best] = [index, distance];
  }
  return found;
}

/** The ids of the places around (x, y), the nearest first. */
export function around(places: Places, x: number, y: number, most: number): string[] {
  const distances = places.ids.map((id, index) => [(places.x[index]! - x) ** 2 + (places.y[index]! - y) ** 2, id] as const);
  return distances.sort((a, b) => a[0] - b[0]).slice(0, most).map(([, id]) => id);
}

/** The places that are on screen, the middle first. */
export function inView(places: Places, view: View, { width, height }: Size, most: number): string[] {
  const [across, down] = [width / 2 / view.scale, height / 2 / view.scale];
  const seen = places.ids.flatMap((id, index) => {
    const [dx, dy] = [places.x[index]! - view.x, places.y[index]! - view.y];
    return Math.abs(dx) <= across && Math.abs(dy) <= down ? [[dx ** 2 + dy ** 2, id] as const] : [];
  });
  return seen.sort((a, b) => a[0] - b[0]).slice(0, most).map(([, id]) => id);
}

/** The ids of the places inside a line that was drawn, in pixels (even-odd rule). */
export function enclosed(places: Places, view: View, size: Size, line: readonly Point[]): string[] {
  const corners = line.map((point) => onMap(view, size, point));
  return places.ids.filter((_, index) => {
    const [x, y] = [places.x[index]!, places.y[index]!];
    let inside = false;
    corners.forEach(([ax, ay], corner) => {
      const [bx, by] = corners.at(corner - 1)!;
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    });
    return inside;
  });
}
