import { Ellipsis, History, Play } from "lucide-react";
import { useCallback, useEffect, useRef } from "react";
import { historyPage } from "@/api/queries";
import type { Played, Track } from "@/api/types";
import { conductor } from "@/app/auralis";
import { Heart } from "@/features/listening/heart";
import { useTrackMenu, type OpenTrackMenu } from "@/features/tracks/track-menu";
import lines from "@/features/playlists/playlists.module.css";
import { formatWhen, plural } from "@/lib/format";
import { usePlacement } from "@/lib/scroll-area";
import { usePaged } from "@/lib/use-paged";
import { useRows } from "@/lib/use-rows";
import { IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";

const PAGE = 100;
const ROW_HEIGHT = 60;

/** What was played when, the newest first. */
export default function HistoryView() {
  const { total, at, error, retry, show } = usePaged<Played>(PAGE, historyPage);
  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the history" page />;
  return (
    <>
      <PageHead title="History" sub={total > 0 && plural(total, "play")} />
      {error && <Failure error={error} onRetry={retry} />}
      {total === 0 ? (
        <Empty icon={<History size={28} />} title="Nothing played yet">
          What you listen to is kept here, unless the settings say otherwise.
        </Empty>
      ) : (
        <List count={total} at={at} onShow={show} />
      )}
    </>
  );
}

function List({ count, at, onShow }: { count: number; at: (index: number) => Played | undefined; onShow: (first: number, last: number) => void }) {
  const body = useRef<HTMLUListElement>(null);
  const { top } = usePlacement(body);
  const { rows, height } = useRows({ count, rowHeight: ROW_HEIGHT, top });
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => onShow(first, last), [onShow, first, last]);
  const play = useCallback((track: Track) => {
    if (!track.missing) void conductor.playTrack(track, { trackId: track.id, context: { type: "tracks", trackIds: [track.id] } });
  }, []);
  const { openMenu, menu } = useTrackMenu(play);
  return (
    <>
      <ul ref={body} className={lines.list} style={{ height }} aria-label="History">
        {rows.map(({ index, top: rowTop }) => {
          const played = at(index);
          const place = { className: lines.line, style: { transform: `translateY(${rowTop}px)` }, "aria-setsize": count, "aria-posinset": index + 1 };
          if (!played) return <li key={index} {...place} aria-busy="true" />;
          return (
            <li key={index} {...place} data-gone={played.track === null || undefined}>
              <Line played={played} onPlay={play} onMenu={openMenu} />
            </li>
          );
        })}
      </ul>
      {menu}
    </>
  );
}

function Line({ played, onPlay, onMenu }: { played: Played; onPlay: (track: Track) => void; onMenu: OpenTrackMenu }) {
  const { track } = played;
  return (
    <>
      <button type="button" className={lines.art} aria-label={`Play ${played.title}`} disabled={track === null || track.missing} onClick={() => track && onPlay(track)}>
        <Cover artworkId={track?.artworkId} name={played.album ?? played.title} size={44} />
        <Play size={17} fill="currentColor" aria-hidden="true" />
      </button>
      <span className={lines.names}>
        <span className={lines.title}>{played.title}</span>
        <span className={lines.sub}>
          {track === null && "No longer in the library · "}
          {played.artist ?? "Unknown artist"}
        </span>
      </span>
      <time className={`${lines.when} numeric`} dateTime={played.playedAt}>
        {formatWhen(played.playedAt)}
      </time>
      <span className={lines.ends}>
        {track && (
          <>
            <Heart track={track} className={lines.wide} />
            <IconButton
              label={`More for ${played.title}`}
              size="small"
              aria-haspopup="menu"
              onClick={(event) => {
                const { right, bottom } = event.currentTarget.getBoundingClientRect();
                onMenu(track, { x: right - 200, y: bottom + 4 });
              }}
            >
              <Ellipsis size={17} />
            </IconButton>
          </>
        )}
      </span>
    </>
  );
}
