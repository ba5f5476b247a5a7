import { useEffect, useRef, useState } from "react";
import styles from "./slider.module.css";

interface Props {
  label: string;
  value: number;
  min?: number;
  max?: number;
  step?: number;
  /** What a screen reader says for a value. */
  describe: (value: number) => string;
  /** While it moves. */
  onMove?: (value: number) => void;
  /** When it has come to rest. */
  onCommit?: (value: number) => void;
  disabled?: boolean;
  className?: string | undefined;
}

const REST_MS = 400;

/** A slider that shows the hand's own value while it is held, and the given one otherwise. */
export function Slider({ label, value, min = 0, max = 1, step = 0.01, describe, onMove, onCommit, disabled, className = "" }: Props) {
  const [held, setHeld] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const shown = held ?? value;
  const fill = (shown - min) / (max - min);

  const move = (next: number) => {
    setHeld(next);
    onMove?.(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      onCommit?.(next);
      timer.current = setTimeout(() => setHeld(null), REST_MS);
    }, REST_MS / 2);
  };

  return (
    <input
      type="range"
      className={`${styles.slider} ${className}`}
      style={{ "--fill": fill } as React.CSSProperties}
      aria-label={label}
      aria-valuetext={describe(shown)}
      {...{ min, max, step, disabled }}
      value={shown}
      onChange={(event) => move(Number(event.target.value))}
    />
  );
}
