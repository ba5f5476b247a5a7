import { useState, type PointerEvent } from "react";
import { useScrollArea } from "@/lib/scroll-area";

interface Dragged {
  index: number;
  /** How far from its own place it is, in pixels. */
  offset: number;
}

interface Grip {
  onPointerDown: (event: PointerEvent<HTMLElement>) => void;
}

const EDGE = 90;
const SCROLL_STEP = 14;

/** Rows of one height, dragged by their grips: what is dragged, where it would land, and the grips' handlers. */
export function useReorder(rowHeight: number, count: number, onMove: (from: number, to: number) => void) {
  const area = useScrollArea();
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const landing = ({ index, offset }: Dragged) => Math.max(0, Math.min(count - 1, index + Math.round(offset / rowHeight)));

  const grip = (index: number): Grip => ({
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      const from = event.clientY + (area?.scrollTop ?? 0);
      let pointer = event.clientY;
      let now: Dragged = { index, offset: 0 };
      const follow = () => {
        now = { index, offset: pointer + (area?.scrollTop ?? 0) - from };
        setDragged(now);
      };
      const timer = setInterval(() => {
        const box = area?.getBoundingClientRect();
        if (!area || !box) return;
        if (pointer < box.top + EDGE) area.scrollTop -= SCROLL_STEP;
        else if (pointer > box.bottom - EDGE) area.scrollTop += SCROLL_STEP;
        else return;
        follow();
      }, 16);
      const onMoved = (moved: globalThis.PointerEvent) => {
        pointer = moved.clientY;
        follow();
      };
      const end = (drop: boolean) => {
        clearInterval(timer);
        window.removeEventListener("pointermove", onMoved);
        window.removeEventListener("pointerup", onUp);
        window.removeEventListener("pointercancel", onCancel);
        window.removeEventListener("keydown", onKey, true);
        setDragged(null);
        if (drop) onMove(index, landing(now));
      };
      const onUp = () => end(true);
      const onCancel = () => end(false);
      const onKey = (key: KeyboardEvent) => {
        if (key.key !== "Escape") return;
        key.stopPropagation();
        end(false);
      };
      window.addEventListener("pointermove", onMoved);
      window.addEventListener("pointerup", onUp);
      window.addEventListener("pointercancel", onCancel);
      window.addEventListener("keydown", onKey, true);
    },
  });
  return { dragged, target: dragged === null ? -1 : landing(dragged), grip };
}
