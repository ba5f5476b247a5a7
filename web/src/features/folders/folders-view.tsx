import { ChevronRight, Folder, FolderOpen } from "lucide-react";
import { useCallback, useEffect, useRef } from "react";
import { Link, useSearchParams } from "wouter";
import { directoryPage } from "@/api/queries";
import type { DirectoryEntry, Track } from "@/api/types";
import { conductor } from "@/app/auralis";
import lines from "@/features/playlists/playlists.module.css";
import { useTrackMenu } from "@/features/tracks/track-menu";
import { formatCount } from "@/lib/format";
import { usePlacement } from "@/lib/scroll-area";
import { usePaged } from "@/lib/use-paged";
import { useRows } from "@/lib/use-rows";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";
import { EntryLine } from "./entry-line";
import styles from "./folders.module.css";

const PAGE = 200;
const ROW_HEIGHT = 60;

/** The music as it lies on disk: directories first, then tracks by file name. */
export default function FoldersView() {
  const [params] = useSearchParams();
  const path = params.get("path") ?? "";
  return <Directory key={path} path={path} />;
}

function Directory({ path }: { path: string }) {
  const { total, at, error, retry, show } = usePaged<DirectoryEntry>(PAGE, (offset, limit) => directoryPage(path, offset, limit));
  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the folder" page />;
  const parts = path.split("/").filter(Boolean);
  return (
    <>
      <PageHead title={parts.length > 1 ? parts.at(-1)! : "Folders"} sub={total === 1 ? "1 entry" : `${formatCount(total)} entries`} />
      {path && <Way path={path} />}
      {error && <Failure error={error} onRetry={retry} />}
      {total === 0 ? (
        <Empty icon={<FolderOpen size={28} />} title="Nothing in here">
          There is no music in this folder.
        </Empty>
      ) : (
        <List count={total} at={at} onShow={show} />
      )}
    </>
  );
}

/** The folders above this one, each a step back. */
function Way({ path }: { path: string }) {
  const parts = path.split("/").filter(Boolean);
  return (
    <nav aria-label="Where this folder lies" className={styles.way}>
      <Link href="/folders">Folders</Link>
      {parts.slice(0, -1).map((part, index) => {
        const above = parts.slice(0, index + 1).join("/");
        return (
          <span key={above}>
            <ChevronRight size={14} aria-hidden="true" />
            <Link href={`/folders?path=${encodeURIComponent(above)}`}>{index === 0 ? "Music folder" : part}</Link>
          </span>
        );
      })}
    </nav>
  );
}

function List({ count, at, onShow }: { count: number; at: (index: number) => DirectoryEntry | undefined; onShow: (first: number, last: number) => void }) {
  const body = useRef<HTMLUListElement>(null);
  const { top } = usePlacement(body);
  const { rows, height } = useRows({ count, rowHeight: ROW_HEIGHT, top });
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => onShow(first, last), [onShow, first, last]);
  const play = useCallback(
    (track: Track) => {
      if (track.missing) return;
      const near = Array.from({ length: Math.min(count, PAGE) }, (_, index) => at(index)?.track).filter((one) => one && !one.missing);
      const trackIds = near.some((one) => one!.id === track.id) ? near.map((one) => one!.id) : [track.id];
      void conductor.playTrack(track, { trackId: track.id, context: { type: "tracks", trackIds } });
    },
    [at, count],
  );
  const { openMenu, menu } = useTrackMenu(play);
  return (
    <>
      <ul ref={body} className={lines.list} style={{ height }} aria-label="In this folder">
        {rows.map(({ index, top: rowTop }) => {
          const entry = at(index);
          const place = { className: lines.line, style: { transform: `translateY(${rowTop}px)` }, "aria-setsize": count, "aria-posinset": index + 1 };
          if (!entry) return <li key={index} {...place} aria-busy="true" />;
          if (entry.track) {
            return (
              <li key={index} {...place}>
                <EntryLine entry={entry} track={entry.track} onPlay={play} onMenu={openMenu} />
              </li>
            );
          }
          return (
            <li key={index} {...place}>
              <Link href={`/folders?path=${encodeURIComponent(entry.path ?? "")}`} className={styles.directory}>
                <Folder size={22} aria-hidden="true" />
                <span>{entry.name}</span>
                <ChevronRight size={17} aria-hidden="true" />
              </Link>
            </li>
          );
        })}
      </ul>
      {menu}
    </>
  );
}
