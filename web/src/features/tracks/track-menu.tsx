import { ListEnd, ListStart, Play } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { addToQueue } from "@/app/queue";
import type { Track } from "@/api/types";
import styles from "./track-menu.module.css";

interface Props {
  track: Track;
  at: { x: number; y: number };
  onPlay: (track: Track) => void;
  onClose: () => void;
}

const WIDTH = 200;
const HEIGHT = 132;

/** What can be done with a track: opened by the right button, a long press or the menu key. */
export function TrackMenu({ track, at, onPlay, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    menu.current?.querySelector<HTMLElement>("button:enabled")?.focus();
    const close = (event: Event) => !menu.current?.contains(event.target as Node) && onClose();
    document.addEventListener("pointerdown", close);
    document.addEventListener("scroll", close, true);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("scroll", close, true);
      before?.focus?.();
    };
  }, [onClose]);
  const context = { type: "tracks" as const, trackIds: [track.id] };
  const choose = (action: () => void) => () => {
    onClose();
    action();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" || event.key === "Tab") onClose();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const items = [...menu.current!.querySelectorAll<HTMLElement>("button:enabled")];
      items.at((items.indexOf(document.activeElement as HTMLElement) + step) % items.length)?.focus();
    }
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== " ") event.preventDefault();
  };
  const left = Math.max(8, Math.min(at.x, innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(at.y, innerHeight - HEIGHT - 8));
  return (
    <div ref={menu} role="menu" tabIndex={-1} aria-label={track.title} className={styles.menu} style={{ left, top }} onKeyDown={onKeyDown}>
      <button type="button" role="menuitem" disabled={track.missing} onClick={choose(() => onPlay(track))}>
        <Play size={15} aria-hidden="true" /> Play now
      </button>
      <button type="button" role="menuitem" onClick={choose(() => addToQueue(context, "next", `“${track.title}”`))}>
        <ListStart size={15} aria-hidden="true" /> Play next
      </button>
      <button type="button" role="menuitem" onClick={choose(() => addToQueue(context, "end", `“${track.title}”`))}>
        <ListEnd size={15} aria-hidden="true" /> Add to queue
      </button>
    </div>
  );
}
