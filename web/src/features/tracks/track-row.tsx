import { CircleDashed, Ellipsis, Pause, Play } from "lucide-react";
import { memo, type MouseEvent } from "react";
import { Link } from "wouter";
import { isPlaying } from "@/app/state";
import { useApp } from "@/app/store";
import type { Track } from "@/api/types";
import { formatCount, formatDate, formatTime, formatUnit } from "@/lib/format";
import { Heart } from "@/features/listening/heart";
import { Stars } from "@/features/listening/stars";
import { IconButton } from "@/ui/button";
import type { Anchor } from "@/ui/menu";
import { Cover } from "@/ui/cover";
import type { Layout } from "./track-grid";
import { togglePlay } from "./use-play";
import styles from "./track-grid.module.css";

interface Props {
  id: string;
  index: number;
  top: number;
  track: Track | undefined;
  layout: Layout;
  active: boolean;
  onChoose: (index: number) => void;
  onPlay: (track: Track) => void;
  onMenu: (track: Track, index: number, anchor: Anchor) => void;
}

export const TrackRow = memo(function TrackRow({ id, index, top, track, layout, active, onChoose, onPlay, onMenu }: Props) {
  const current = useApp((state) => track !== undefined && state.player?.current?.track.id === track.id);
  const playing = useApp((state) => isPlaying(state));
  const style = { transform: `translateY(${top}px)` };
  if (!track) {
    return (
      <div role="row" id={id} aria-rowindex={index + 2} aria-busy="true" className={`${styles.row} ${styles.item}`} style={style}>
        <span role="gridcell" className={styles.ghost} />
      </div>
    );
  }
  const cell = { tabIndex: active ? 0 : -1 };
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={active}
      aria-current={current ? "true" : undefined}
      data-track-id={track.id}
      data-missing={track.missing || undefined}
      className={`${styles.row} ${styles.item}`}
      style={style}
      onClick={(event) => {
        if (isOnControl(event)) return;
        onChoose(index);
        if ((event.nativeEvent as PointerEvent).pointerType === "touch") onPlay(track);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(track, index, { x: event.clientX, y: event.clientY });
      }}
      onDoubleClick={(event) => !isOnControl(event) && onPlay(track)}
    >
      <span role="gridcell" className={styles.number}>
        {current ? <Bars moving={playing} /> : <span className={styles.index}>{numberOf(track, index, layout)}</span>}
        <PlayButton track={track} current={current} playing={playing} onPlay={onPlay} />
      </span>
      <span role="gridcell" className={styles.what}>
        {layout !== "album" && <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={40} className={styles.cover} />}
        <span className={styles.names}>
          <span className={styles.title} title={track.title}>
            {track.title}
            {track.fingerprint !== "full" && !track.missing && <NotAnalysed />}
          </span>
          <ArtistNames track={track} {...cell} />
        </span>
      </span>
      {layout !== "album" && (
        <span role="gridcell" className={styles.album}>
          {track.albumId ? (
            <Link href={`/albums/${track.albumId}`} {...cell}>
              {track.album}
            </Link>
          ) : (
            track.album
          )}
        </span>
      )}
      {layout === "library" && (
        <>
          <span role="gridcell" className={`${styles.year} numeric`}>
            {track.year ?? ""}
          </span>
          <span role="gridcell" className={styles.added}>
            {formatDate(track.dateAdded)}
          </span>
          <span role="gridcell" className={`${styles.plays} numeric`}>
            {track.playCount > 0 && formatCount(track.playCount)}
          </span>
        </>
      )}
      {layout === "album" && (
        <span role="gridcell" className={`${styles.added} numeric`}>
          {track.loudnessLufs === null ? "" : formatUnit(track.loudnessLufs, "LUFS")}
        </span>
      )}
      <span role="gridcell" className={styles.rating}>
        <Stars track={track} {...cell} />
      </span>
      <span role="gridcell" className={`${styles.time} numeric`}>
        {formatTime(track.duration)}
      </span>
      <span role="gridcell" className={styles.tools} data-favorite={track.favorite || undefined}>
        <Heart track={track} className={styles.love} {...cell} />
        <IconButton label={`More for ${track.title}`} size="small" aria-haspopup="menu" onClick={(event) => onMenu(track, index, anchorOf(event))} {...cell}>
          <Ellipsis size={17} />
        </IconButton>
      </span>
    </div>
  );
});

/** Links and buttons of a row do their own thing: the row itself is not meant. */
function isOnControl(event: MouseEvent): boolean {
  return (event.target as Element).closest("a, button, [role=slider]") !== null;
}

/** Below a button; a key presses it as well. */
function anchorOf(event: MouseEvent): Anchor {
  const { right, bottom } = event.currentTarget.getBoundingClientRect();
  return { x: right - 200, y: bottom + 4 };
}

interface PlayProps {
  track: Track;
  current: boolean;
  playing: boolean;
  onPlay: (track: Track) => void;
}

function PlayButton({ track, current, playing, onPlay }: PlayProps) {
  const pauses = current && playing;
  const Icon = pauses ? Pause : Play;
  return (
    <button
      type="button"
      className={styles.play}
      aria-label={`${pauses ? "Pause" : "Play"} ${track.title}`}
      tabIndex={-1}
      disabled={track.missing}
      onClick={() => (current ? togglePlay() : onPlay(track))}
    >
      <Icon size={15} fill="currentColor" aria-hidden="true" />
    </button>
  );
}

function NotAnalysed() {
  return (
    <span className={styles.mark} role="img" aria-label="Not analysed yet" title="Not analysed yet">
      <CircleDashed size={12} aria-hidden="true" />
    </span>
  );
}

function ArtistNames({ track, tabIndex }: { track: Track; tabIndex: number }) {
  const only = track.artists.length === 1 ? track.artists[0] : undefined;
  const name = track.artist ?? only?.name ?? "Unknown artist";
  return (
    <span className={styles.artist}>
      {track.missing && <span className={styles.missing}>File is away · </span>}
      {only ? (
        <Link href={`/artists/${only.id}`} tabIndex={tabIndex}>
          {name}
        </Link>
      ) : (
        name
      )}
    </span>
  );
}

function numberOf(track: Track, index: number, layout: Layout): string {
  if (layout !== "album" || track.trackNumber === null) return String(index + 1);
  return (track.discNumber ?? 1) > 1 ? `${track.discNumber}·${track.trackNumber}` : String(track.trackNumber);
}

function Bars({ moving }: { moving: boolean }) {
  return (
    <span className={`${styles.bars} ${moving ? styles.moving : ""}`} role="img" aria-label={moving ? "Playing" : "Paused"}>
      <i />
      <i />
      <i />
    </span>
  );
}
