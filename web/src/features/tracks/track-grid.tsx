import { useCallback, useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import type { Track } from "@/api/types";
import { usePlacement } from "@/lib/scroll-area";
import { useRows } from "@/lib/use-rows";
import type { Anchor } from "@/ui/menu";
import { GridHead, type Sort } from "./grid-head";
import { useTrackMenu } from "./track-menu";
import { TrackRow } from "./track-row";
import styles from "./track-grid.module.css";

export type Layout = "library" | "album" | "plain";

interface Props {
  label: string;
  count: number;
  at: (index: number) => Track | undefined;
  onPlay: (track: Track) => void;
  layout?: Layout;
  sort?: Sort;
  onShow?: (first: number, last: number) => void;
}

const ROW_HEIGHT = 56;
const PAGE_ROWS = 10;
const COLUMNS: Record<Layout, number> = { library: 9, album: 6, plain: 6 };

/** Tracks as rows: virtual, so of any number; to be walked with the arrow keys, played by Enter or a double click. */
export function TrackGrid({ label, count, at, onPlay, layout = "plain", sort, onShow }: Props) {
  const id = useId();
  const body = useRef<HTMLDivElement>(null);
  const { top } = usePlacement(body);
  const [active, setActive] = useState(-1);
  const { rows, height, scrollTo } = useRows({ count, rowHeight: ROW_HEIGHT, top });
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => onShow?.(first, last), [onShow, first, last]);

  const play = useCallback((track: Track) => !track.missing && onPlay(track), [onPlay]);

  const { openMenu, menu } = useTrackMenu(play);
  const onMenu = useCallback(
    (track: Track, index: number, anchor: Anchor) => {
      setActive(index);
      openMenu(track, anchor);
    },
    [openMenu],
  );

  const go = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setActive(next);
    scrollTo(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: Math.max(0, active - 1),
      PageDown: active + PAGE_ROWS,
      PageUp: active - PAGE_ROWS,
      Home: 0,
      End: count - 1,
    };
    const target = moves[event.key];
    const track = at(active);
    if (target !== undefined) go(target);
    else if (event.key === "Enter" && track) play(track);
    else if (track && (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10"))) {
      const box = document.getElementById(`${id}-${active}`)?.getBoundingClientRect();
      openMenu(track, { x: (box?.left ?? 0) + 60, y: box?.bottom ?? 0 });
    }
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div
        role="grid"
        className={styles.grid}
        data-layout={layout}
        aria-label={label}
        aria-rowcount={count + 1}
        aria-colcount={COLUMNS[layout]}
        aria-activedescendant={rows.some(({ index }) => index === active) ? `${id}-${active}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={(event) => event.target === event.currentTarget && active < 0 && setActive(first)}
      >
        <GridHead layout={layout} sort={sort} />
        <div role="rowgroup" ref={body} className={styles.body} style={{ height }}>
          {rows.map(({ index, top: rowTop }) => (
            <TrackRow
              key={index}
              id={`${id}-${index}`}
              index={index}
              top={rowTop}
              track={at(index)}
              layout={layout}
              active={index === active}
              onChoose={setActive}
              onPlay={play}
              onMenu={onMenu}
            />
          ))}
        </div>
      </div>
      {menu}
    </>
  );
}
