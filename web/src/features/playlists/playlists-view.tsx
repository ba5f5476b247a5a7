import { useQueryClient } from "@tanstack/react-query";
import { FileUp, ListMusic, Play, Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { playlistsPage } from "@/api/queries";
import type { ImportReport, Playlist } from "@/api/types";
import { notify } from "@/app/store";
import { playAll } from "@/features/tracks/use-play";
import { formatDate, plural } from "@/lib/format";
import { usePlacement } from "@/lib/scroll-area";
import { usePaged } from "@/lib/use-paged";
import { useRows } from "@/lib/use-rows";
import { Button, IconButton } from "@/ui/button";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";
import { createPlaylist, importPlaylist } from "./changes";
import { NameDialog } from "./name-dialog";
import { Unmatched } from "./unmatched";
import styles from "./playlists.module.css";

const PAGE = 100;
const ROW_HEIGHT = 64;

/** All playlists by name; made here, or brought in from a file. */
export default function PlaylistsView() {
  const { total, at, error, retry, show } = usePaged<Playlist>(PAGE, playlistsPage);
  if (error && total === null) return <Failure error={error} onRetry={retry} page />;
  if (total === null) return <Loading label="Loading the playlists" page />;
  return (
    <>
      <PageHead title="Playlists" sub={plural(total, "playlist")}>
        <Tools />
      </PageHead>
      {error && <Failure error={error} onRetry={retry} />}
      {total === 0 ? (
        <Empty icon={<ListMusic size={28} />} title="No playlist yet">
          Make one here, or put a track into a new one by its menu.
        </Empty>
      ) : (
        <List count={total} at={at} onShow={show} />
      )}
    </>
  );
}

function Tools() {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [naming, setNaming] = useState(false);
  const [report, setReport] = useState<ImportReport | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const create = async (name: string) => {
    setNaming(false);
    const made = await createPlaylist(client, name);
    if (made) go(`/playlists/${made.id}`);
  };
  const bring = async (file: File | undefined) => {
    const found = file && (await importPlaylist(client, file));
    if (!found) return;
    notify("info", `“${found.playlist.name}” is made, with ${plural(found.report.matched, "track")}.`);
    setReport(found.report.unmatchedCount > 0 ? found.report : null);
  };
  return (
    <>
      <Button onClick={() => input.current?.click()}>
        <FileUp size={16} aria-hidden="true" /> Import
      </Button>
      <input
        ref={input}
        type="file"
        accept=".m3u,.m3u8"
        hidden
        aria-label="M3U file"
        onChange={(event) => {
          void bring(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <Button tone="solid" onClick={() => setNaming(true)}>
        <Plus size={17} aria-hidden="true" /> New
      </Button>
      {naming && <NameDialog title="New playlist" action="Create" onDone={(name) => void create(name)} onClose={() => setNaming(false)} />}
      {report && <Unmatched report={report} onClose={() => setReport(null)} />}
    </>
  );
}

function List({ count, at, onShow }: { count: number; at: (index: number) => Playlist | undefined; onShow: (first: number, last: number) => void }) {
  const body = useRef<HTMLUListElement>(null);
  const { top } = usePlacement(body);
  const { rows, height } = useRows({ count, rowHeight: ROW_HEIGHT, top });
  const [first, last] = [rows[0]?.index ?? 0, rows.at(-1)?.index ?? 0];
  useEffect(() => onShow(first, last), [onShow, first, last]);
  return (
    <ul ref={body} className={styles.list} style={{ height }} aria-label="Playlists">
      {rows.map(({ index, top: rowTop }) => {
        const playlist = at(index);
        const place = { className: styles.line, style: { transform: `translateY(${rowTop}px)` }, "aria-setsize": count, "aria-posinset": index + 1 };
        if (!playlist) return <li key={index} {...place} aria-busy="true" />;
        return (
          <li key={index} {...place}>
            <IconButton label={`Play ${playlist.name}`} disabled={playlist.trackCount === 0} onClick={() => playAll({ type: "playlist", id: playlist.id })}>
              <Play size={17} fill="currentColor" />
            </IconButton>
            <Link href={`/playlists/${playlist.id}`} className={styles.whole}>
              <span className={styles.names}>
                <span className={styles.title}>{playlist.name}</span>
                <span className={styles.sub}>{playlist.description || plural(playlist.trackCount, "track")}</span>
              </span>
            </Link>
            <span className={`${styles.when} numeric`}>{formatDate(playlist.dateModified)}</span>
          </li>
        );
      })}
    </ul>
  );
}
