import { useQuery } from "@tanstack/react-query";
import { Lasso, Maximize, Minus, Plus } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { track as trackQuery } from "@/api/queries";
import type { LibraryMap, MapAxis } from "@/api/types";
import { conductor } from "@/app/auralis";
import { useApp } from "@/app/store";
import { nameOf } from "@/features/similar/reasons";
import { useDebounced } from "@/lib/use-debounced";
import { IconButton } from "@/ui/button";
import { draw } from "./draw";
import { around, enclosed, fitted, inView, nearest, onScreen, type Point, type Size, type View } from "./geometry";
import { InView } from "./in-view";
import { useGestures } from "./use-gestures";
import styles from "./map.module.css";

const NEAR_PIXELS = 14;
const QUEUED = 100;
const LISTED = 40;
const SETTLE_MS = 300;
const NONE: ReadonlySet<string> = new Set();

/** The map itself: dragged, zoomed, played from; a line drawn around tracks chooses them. Beside it, the same as a list. */
export function Atlas({ map, shares }: { map: LibraryMap; shares: number[] | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const least = size.width > 0 ? fitted(map.bounds, size).scale : 1;
  const [chosenView, setView] = useState<View | null>(null);
  const view = chosenView ?? fitted(map.bounds, { width: size.width || 1, height: size.height || 1 });
  const [pointed, setPointed] = useState(-1);
  const [drawing, setDrawing] = useState(false);
  const [line, setLine] = useState<Point[]>([]);
  const [chosen, setChosen] = useState<string[] | null>(null);
  const theme = useApp((state) => state.theme);
  const currentId = useApp((state) => state.player?.current?.track.id ?? null);
  const current = currentId === null ? -1 : map.ids.indexOf(currentId);
  const marked = useMemo(() => (chosen ? new Set(chosen) : NONE), [chosen]);

  const fit = () => setView(null);
  const { handlers, zoom, zoomBy } = useGestures({
    size,
    least,
    drawing,
    change: (change) => setView((before) => change(before ?? view)),
    onPoint: (point) => setPointed(point ? nearest(map, view, size, point, NEAR_PIXELS) : -1),
    onChoose: (point) => {
      const found = nearest(map, view, size, point, NEAR_PIXELS);
      if (found >= 0) playFrom(map, found);
    },
    onLine: (drawn, done) => {
      setLine(done ? [] : drawn);
      if (!done) return;
      setDrawing(false);
      setChosen(enclosed(map, view, size, drawn));
    },
    onFit: fit,
  });
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    // React's own wheel listener is passive: the page would scroll along.
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoom([event.offsetX, event.offsetY], 1.0016 ** -event.deltaY);
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  });
  useEffect(() => {
    if (canvas.current) draw(canvas.current, map, view, { shares, current, pointed, chosen: marked, line });
  }, [map, view, shares, current, pointed, marked, line, size, theme]);

  const settled = useDebounced(view, SETTLE_MS);
  const listed = useMemo(() => chosen ?? inView(map, settled, size, LISTED), [chosen, map, settled, size]);
  return (
    <div className={styles.atlas}>
      <div className={styles.sheet} data-drawing={drawing || undefined}>
        <canvas
          ref={canvas}
          tabIndex={0}
          role="application"
          aria-label={`Map of ${map.ids.length} tracks. Arrow keys move it, plus and minus zoom, Home shows all; the list after it has the tracks in view.`}
          {...handlers}
        />
        {pointed >= 0 && <Pointed id={map.ids[pointed]!} place={onScreen(view, size, map.x[pointed]!, map.y[pointed]!)} size={size} />}
        <div className={styles.buttons}>
          <IconButton label="Draw around tracks" aria-pressed={drawing} onClick={() => setDrawing(!drawing)}>
            <Lasso size={18} />
          </IconButton>
          <IconButton label="Nearer" onClick={() => zoomBy(1.6)}>
            <Plus size={18} />
          </IconButton>
          <IconButton label="Further away" onClick={() => zoomBy(1 / 1.6)}>
            <Minus size={18} />
          </IconButton>
          <IconButton label="Show all" onClick={fit}>
            <Maximize size={17} />
          </IconButton>
        </div>
        <span className={styles.across}>{wordsOf(map.axes.x)} →</span>
        <span className={styles.up}>{wordsOf(map.axes.y)} →</span>
      </div>
      <InView ids={listed} chosen={chosen !== null} onClear={() => setChosen(null)} onPlay={(id) => playFrom(map, map.ids.indexOf(id))} />
    </div>
  );
}

/** Play a track, and after it what lies around it on the map. */
function playFrom(map: LibraryMap, index: number): void {
  const trackIds = around(map, map.x[index]!, map.y[index]!, QUEUED);
  void conductor.playContext({ type: "tracks", trackIds });
}

/** What grows along an axis: `more presence, less bass`. */
export function wordsOf({ grows }: MapAxis): string {
  return grows
    .slice(0, 2)
    .map(({ dimension, correlation }) => `${correlation < 0 ? "less" : "more"} ${nameOf(dimension).toLowerCase()}`)
    .join(", ");
}

function Pointed({ id, place: [x, y], size }: { id: string; place: Point; size: Size }) {
  const { data } = useQuery(trackQuery(useDebounced(id, 60)));
  if (data?.id !== id) return null;
  const left = Math.min(x, size.width - 210);
  return (
    <div className={styles.pointed} style={{ left, top: y > 80 ? y - 64 : y + 16 }} aria-hidden="true">
      <strong>{data.title}</strong>
      <span>{data.artist ?? "Unknown artist"}</span>
    </div>
  );
}
