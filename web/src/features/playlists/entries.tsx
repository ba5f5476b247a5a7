import { useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { PlaylistEntry, Track } from "@/api/types";
import { playIn } from "@/features/tracks/use-play";
import { useTrackMenu } from "@/features/tracks/track-menu";
import { usePlacement } from "@/lib/scroll-area";
import { useRows } from "@/lib/use-rows";
import { moveEntry, removeEntry } from "./changes";
import { EntryRow } from "./entry-row";
import { useReorder } from "./use-reorder";
import styles from "./playlists.module.css";

interface Props {
  playlistId: string;
  name: string;
  count: number;
  at: (index: number) => PlaylistEntry | undefined;
  onShow: (first: number, last: number) => void;
}

export const ROW_HEIGHT = 60;

/** What is in a playlist, in its order, which the handles change: by dragging, or by the arrow keys. */
export function Entries({ playlistId, name, count, at, onShow }: Props) {
  const client = useQueryClient();
  const body = useRef<HTMLOListElement>(null);
  const { top } = usePlacement(body);
  const { rows, height } = useRows({ count, rowHeight: ROW_HEIGHT, top });
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => onShow(first, last), [onShow, first, last]);

  const [said, setSaid] = useState("");
  const move = useCallback(
    (from: number, to: number) => {
      const entry = at(from);
      const behind = at(to > from ? to : to - 1);
      if (!entry || to === from || to < 0 || to >= count || (to > 0 && !behind)) return;
      setSaid(`${entry.title} is number ${to + 1} of ${count}.`);
      void moveEntry(client, playlistId, entry.entryId, to === 0 ? null : behind!.entryId);
    },
    [at, client, count, playlistId],
  );
  const { dragged, target, grip } = useReorder(ROW_HEIGHT, count, move);

  const onPlay = useMemo(() => playIn({ type: "playlist", id: playlistId }), [playlistId]);
  const play = useCallback((track: Track) => !track.missing && onPlay(track), [onPlay]);
  const { openMenu, menu } = useTrackMenu(play);
  const more = (entry: PlaylistEntry, index: number) => [
    { label: "Move up", icon: <ArrowUp size={17} />, run: () => move(index, index - 1), disabled: index === 0 },
    { label: "Move down", icon: <ArrowDown size={17} />, run: () => move(index, index + 1), disabled: index === count - 1 },
    { label: "Take out", icon: <X size={17} />, run: () => void removeEntry(client, playlistId, entry) },
  ];
  return (
    <>
      <p id="reorder-help" className="visually-hidden">
        The arrow keys move an entry up or down.
      </p>
      <p className="visually-hidden" role="status">
        {said}
      </p>
      <ol ref={body} className={styles.list} style={{ height }} aria-label={name}>
        {rows.map(({ index, top: rowTop }) => {
          const entry = at(index);
          const shift = dragged === null ? 0 : shiftOf(index, dragged.index, target);
          return (
            <EntryRow
              key={entry?.entryId ?? index}
              entry={entry}
              index={index}
              count={count}
              top={rowTop + (dragged?.index === index ? dragged.offset : shift * ROW_HEIGHT)}
              dragging={dragged?.index === index}
              grip={grip(index)}
              onMove={(to) => move(index, to)}
              onPlay={play}
              onRemove={() => entry && void removeEntry(client, playlistId, entry)}
              onMenu={(track, anchor) => entry && openMenu(track, anchor, more(entry, index))}
            />
          );
        })}
      </ol>
      {menu}
    </>
  );
}

/** By how many rows an entry makes room while another one is dragged from `from` to `to`. */
export function shiftOf(index: number, from: number, to: number): number {
  if (index > from && index <= to) return -1;
  return index < from && index >= to ? 1 : 0;
}
