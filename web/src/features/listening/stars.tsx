import { useQueryClient } from "@tanstack/react-query";
import type { KeyboardEvent, MouseEvent } from "react";
import type { Track } from "@/api/types";
import { plural } from "@/lib/format";
import { rate } from "./listening";
import styles from "./listening.module.css";

const MOST = 5;
const STAR = "M12 3l2.8 5.7 6.2.9-4.5 4.4 1.1 6.2L12 17.3l-5.6 2.9 1.1-6.2L3 9.6l6.2-.9z";

interface Props {
  track: Track;
  tabIndex?: number;
  large?: boolean;
  onRated?: (rating: number | null) => void;
}

/** How a track is rated. */
export function Stars({ track, onRated, ...rest }: Props) {
  const client = useQueryClient();
  const set = (value: number | null) => {
    onRated?.(value);
    void rate(client, track, value);
  };
  return <StarRow name={track.title} given={track.rating} onRate={set} {...rest} />;
}

interface RowProps {
  name: string;
  given: number | null;
  onRate: (rating: number | null) => void;
  tabIndex?: number;
  large?: boolean;
}

/** A rating of 0 to 5 stars: set by a click, the arrows or a digit; the same star again, or Delete, takes it back. */
export function StarRow({ name, given, onRate: set, tabIndex = 0, large = false }: RowProps) {
  const rating = given ?? 0;
  const onClick = (event: MouseEvent<SVGElement | HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const share = width > 0 ? (event.clientX - left) / width : 0;
    const value = Math.max(1, Math.min(MOST, Math.ceil(share * MOST)));
    set(value === given ? null : value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const value = valueOf(event.key, rating);
    if (value === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (value !== given) set(value);
  };
  return (
    <span
      role="slider"
      aria-label={`Rating of ${name}`}
      aria-valuemin={0}
      aria-valuemax={MOST}
      aria-valuenow={rating}
      aria-valuetext={given === null ? "Not rated" : plural(rating, "star")}
      title={given === null ? "Rate" : plural(rating, "star")}
      tabIndex={tabIndex}
      className={`${styles.stars} ${large ? styles.largeStars : ""}`}
      data-rated={given !== null || undefined}
      onClick={onClick}
      onKeyDown={onKeyDown}
    >
      <svg viewBox={`0 0 ${24 * MOST} 24`} aria-hidden="true">
        {Array.from({ length: MOST }, (_, index) => (
          <path key={index} d={STAR} transform={`translate(${index * 24})`} data-lit={index < rating || undefined} />
        ))}
      </svg>
    </span>
  );
}

/** The rating that a key asks for; undefined where it asks for none. */
function valueOf(key: string, rating: number): number | null | undefined {
  if (key === "ArrowRight" || key === "ArrowUp") return Math.min(MOST, rating + 1);
  if (key === "ArrowLeft" || key === "ArrowDown") return Math.max(0, rating - 1);
  if (key === "Home") return 0;
  if (key === "End") return MOST;
  if (key === "Delete" || key === "Backspace") return null;
  return /^[0-5]$/.test(key) ? Number(key) : undefined;
}
