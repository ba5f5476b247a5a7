import { Ellipsis, GripVertical, Play, X } from "lucide-react";
import { useLayoutEffect, useRef, type KeyboardEvent, type MouseEvent, type PointerEvent } from "react";
import { useApp } from "@/app/store";
import type { PlaylistEntry, Track } from "@/api/types";
import { Heart } from "@/features/listening/heart";
import { formatTime } from "@/lib/format";
import { IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import type { Anchor } from "@/ui/menu";
import styles from "./playlists.module.css";

interface Props {
  entry: PlaylistEntry | undefined;
  index: number;
  count: number;
  top: number;
  dragging: boolean;
  grip: { onPointerDown: (event: PointerEvent<HTMLElement>) => void };
  onMove: (to: number) => void;
  onPlay: (track: Track) => void;
  onRemove: () => void;
  onMenu: (track: Track, anchor: Anchor) => void;
}

export function EntryRow({ entry, index, count, top, dragging, grip, onMove, onPlay, onRemove, onMenu }: Props) {
  const track = entry?.track ?? null;
  const current = useApp((state) => track !== null && state.player?.current?.track.id === track.id);
  const handle = useRef<HTMLButtonElement>(null);
  const moving = useRef(false);
  useLayoutEffect(() => {
    // A row that has changed places was laid anew by the browser, which takes the focus from it.
    if (moving.current) handle.current?.focus();
    moving.current = false;
  }, [index]);
  const place = { "aria-setsize": count, "aria-posinset": index + 1, style: { transform: `translateY(${top}px)` }, className: styles.line };
  if (!entry) return <li {...place} aria-busy="true" />;

  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    moving.current = true;
    onMove(to);
  };
  const isOnControl = (event: MouseEvent) => (event.target as Element).closest("a, button") !== null;
  return (
    <li
      {...place}
      aria-current={current ? "true" : undefined}
      data-dragging={dragging || undefined}
      data-gone={track === null || track.missing || undefined}
      onDoubleClick={(event) => track && !isOnControl(event) && onPlay(track)}
      onContextMenu={(event) => {
        if (!track) return;
        event.preventDefault();
        onMenu(track, { x: event.clientX, y: event.clientY });
      }}
    >
      <button ref={handle} type="button" className={styles.grip} aria-label={`Move ${entry.title}`} aria-describedby="reorder-help" onKeyDown={onKeyDown} {...grip}>
        <GripVertical size={17} aria-hidden="true" />
      </button>
      <button
        type="button"
        className={styles.art}
        aria-label={`Play ${entry.title}`}
        disabled={track === null || track.missing}
        onClick={() => track && onPlay(track)}
      >
        <Cover artworkId={track?.artworkId} name={track?.album ?? entry.title} size={44} />
        <Play size={17} fill="currentColor" aria-hidden="true" />
      </button>
      <span className={styles.names}>
        <span className={styles.title}>{entry.title}</span>
        <span className={styles.sub}>
          {track === null ? "No longer in the library · " : track.missing ? "File is away · " : ""}
          {entry.artist ?? "Unknown artist"}
        </span>
      </span>
      <span className={`${styles.when} numeric`}>{formatTime(entry.duration)}</span>
      <span className={styles.ends}>
        {track && <Heart track={track} className={styles.wide} />}
        <IconButton label={`Take out ${entry.title}`} size="small" className={track ? styles.wide : ""} onClick={onRemove}>
          <X size={17} />
        </IconButton>
        {track && (
          <IconButton
            label={`More for ${entry.title}`}
            size="small"
            aria-haspopup="menu"
            onClick={(event) => {
              const { right, bottom } = event.currentTarget.getBoundingClientRect();
              onMenu(track, { x: right - 200, y: bottom + 4 });
            }}
          >
            <Ellipsis size={17} />
          </IconButton>
        )}
      </span>
    </li>
  );
}
