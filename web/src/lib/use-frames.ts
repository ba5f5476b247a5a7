import { useEffect, useRef } from "react";

/** Call `draw` after every render, and on every frame while something moves. */
export function useFrames(draw: () => void, moving: boolean): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
    draw();
  });
  useEffect(() => {
    if (!moving) return;
    let frame = 0;
    const step = () => {
      latest.current();
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [moving]);
}
