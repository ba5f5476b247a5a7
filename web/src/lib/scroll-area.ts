import { createContext, useContext, useLayoutEffect, useState, type RefObject } from "react";

/** The element that scrolls the view; virtual lists measure against it. */
export const ScrollArea = createContext<HTMLElement | null>(null);

export function useScrollArea(): HTMLElement | null {
  return useContext(ScrollArea);
}

/** Where an element begins within the scrolled content, and how wide it is; kept up as things above it change. */
export function usePlacement(element: RefObject<HTMLElement | null>): { top: number; width: number } {
  const area = useScrollArea();
  const [placement, setPlacement] = useState({ top: 0, width: 0 });
  useLayoutEffect(() => {
    const own = element.current;
    if (!area || !own) return;
    const measure = () => {
      const top = Math.round(own.getBoundingClientRect().top - area.getBoundingClientRect().top + area.scrollTop);
      const width = own.clientWidth;
      setPlacement((old) => (old.top === top && old.width === width ? old : { top, width }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(own);
    if (area.firstElementChild) observer.observe(area.firstElementChild);
    return () => observer.disconnect();
  }, [area, element]);
  return placement;
}
