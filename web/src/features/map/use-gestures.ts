import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import { moved, zoomed, type Point, type Size, type View } from "./geometry";

interface Gestures {
  size: Size;
  /** The scale at which all is seen: one cannot go much further away. */
  least: number;
  drawing: boolean;
  change: (view: (before: View) => View) => void;
  onPoint: (point: Point | null) => void;
  onChoose: (point: Point) => void;
  onLine: (line: Point[], done: boolean) => void;
  onFit: () => void;
}

const KEY_STEP = 60;
const KEY_ZOOM = 1.4;
/** A hand is never quite still: less than this is a click. */
const STILL = 5;

/** Drag, pinch, wheel and keys over the map; or a line around tracks while that is wanted. */
export function useGestures({ size, least, drawing, change, onPoint, onChoose, onLine, onFit }: Gestures) {
  const pointers = useRef(new Map<number, Point>());
  const travelled = useRef(0);
  const line = useRef<Point[]>([]);
  const middle: Point = [size.width / 2, size.height / 2];
  const at = (event: PointerEvent | React.WheelEvent): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const zoom = (point: Point, factor: number) => change((view) => zoomed(view, size, point, factor, least));

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture?.(event.pointerId);
    pointers.current.set(event.pointerId, at(event));
    travelled.current = 0;
    line.current = [at(event)];
  };
  const onPointerMove = (event: PointerEvent) => {
    const now = at(event);
    const before = pointers.current.get(event.pointerId);
    if (!before) return onPoint(now);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    travelled.current += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (drawing) {
      line.current.push(now);
      return onLine([...line.current], false);
    }
    if (other) return zoom(other, distance(now, other) / Math.max(1, distance(before, other)));
    change((view) => moved(view, now[0] - before[0], now[1] - before[1]));
  };
  const onPointerUp = (event: PointerEvent) => {
    const known = pointers.current.delete(event.pointerId);
    if (!known) return;
    if (drawing && travelled.current > STILL) onLine(line.current, true);
    else if (travelled.current <= STILL) onChoose(at(event));
  };
  const onPointerCancel = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId);
    if (drawing) onLine([], false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const steps: Record<string, readonly [number, number]> = { ArrowLeft: [KEY_STEP, 0], ArrowRight: [-KEY_STEP, 0], ArrowUp: [0, KEY_STEP], ArrowDown: [0, -KEY_STEP] };
    const step = steps[event.key];
    if (step) change((view) => moved(view, ...step));
    else if (event.key === "+" || event.key === "=") zoom(middle, KEY_ZOOM);
    else if (event.key === "-") zoom(middle, 1 / KEY_ZOOM);
    else if (event.key === "Home") onFit();
    else return;
    event.preventDefault();
  };
  const zoomBy = (factor: number) => zoom(middle, factor);
  const handlers = { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onPointerLeave: () => onPoint(null), onKeyDown };
  return { handlers, zoom, zoomBy };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
