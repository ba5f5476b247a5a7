import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Download, Ellipsis, Eraser, FileAudio, ListEnd, ListMusic, ListStart, Pencil, Play, Redo2, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { playlist as playlistQuery, playlistEntries } from "@/api/queries";
import type { PlaylistDetail, PlaylistEntry } from "@/api/types";
import { addToQueue } from "@/app/queue";
import { download } from "@/lib/download";
import { MasterDialog } from "@/features/jobs/master-dialog";
import { playAll } from "@/features/tracks/use-play";
import { formatLength, plural } from "@/lib/format";
import { usePaged } from "@/lib/use-paged";
import { Button, IconButton } from "@/ui/button";
import { anchorBelow, Menu, type Anchor, type MenuItem } from "@/ui/menu";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";
import { clearPlaylist, deletePlaylist, describePlaylist, duplicatePlaylist, exportUrl, stepBack, stepForward } from "./changes";
import { Entries } from "./entries";
import { NameDialog } from "./name-dialog";
import styles from "./playlists.module.css";

const PAGE = 200;

/** One playlist: played, put in order, renamed, emptied, deleted, and all of it taken back. */
export default function PlaylistView() {
  const { id = "" } = useParams<{ id: string }>();
  const head = useQuery(playlistQuery(id));
  const { total, at, error, retry, show } = usePaged<PlaylistEntry>(PAGE, (offset, limit) => playlistEntries(id, offset, limit));
  const failed = head.error ?? (total === null ? error : null);
  const again = () => {
    void head.refetch();
    retry();
  };
  if (failed) return <Failure error={failed} onRetry={again} page />;
  if (!head.data || total === null) return <Loading label="Loading the playlist" page />;
  const playlist = head.data;
  return (
    <>
      <PageHead title={playlist.name} sub={<Facts playlist={playlist} />}>
        <Tools playlist={playlist} />
      </PageHead>
      {error && <Failure error={error} onRetry={retry} />}
      {total === 0 ? (
        <Empty icon={<ListMusic size={28} />} title="Nothing in it yet">
          Open the menu of any track, and choose “Add to playlist”.
        </Empty>
      ) : (
        <Entries playlistId={id} name={playlist.name} count={total} at={at} onShow={show} />
      )}
    </>
  );
}

function Facts({ playlist }: { playlist: PlaylistDetail }) {
  return (
    <>
      {playlist.description && <>{playlist.description} · </>}
      {plural(playlist.trackCount, "track")}
      {playlist.trackCount > 0 && ` · ${formatLength(playlist.duration)}`}
    </>
  );
}

function Tools({ playlist }: { playlist: PlaylistDetail }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const [renaming, setRenaming] = useState(false);
  const [mastering, setMastering] = useState(false);
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  const { id, name, description } = playlist;
  const empty = playlist.trackCount === 0;
  const later = (position: "next" | "end") => addToQueue({ type: "playlist", id }, position, `“${name}”`);
  const items: MenuItem[] = [
    { label: "Play next", icon: <ListStart size={17} />, run: () => later("next"), disabled: empty },
    { label: "Add to queue", icon: <ListEnd size={17} />, run: () => later("end"), disabled: empty },
    { label: "Rename…", icon: <Pencil size={17} />, run: () => setRenaming(true) },
    {
      label: "Duplicate",
      icon: <Copy size={17} />,
      run: () => void duplicatePlaylist(client, playlist).then((made) => made && go(`/playlists/${made.id}`)),
    },
    { label: "Master to files…", icon: <FileAudio size={17} />, run: () => setMastering(true), disabled: empty },
    { label: "Export as M3U8", icon: <Download size={17} />, run: () => download(exportUrl(id)) },
    { label: "Take everything out", icon: <Eraser size={17} />, run: () => void clearPlaylist(client, playlist), disabled: empty },
    { label: "Delete", icon: <Trash2 size={17} />, run: () => void deletePlaylist(client, playlist).then((gone) => gone && go("/playlists")) },
  ];
  return (
    <div className={styles.tools}>
      <Button tone="solid" disabled={empty} onClick={() => playAll({ type: "playlist", id })}>
        <Play size={17} fill="currentColor" aria-hidden="true" /> Play
      </Button>
      <IconButton label="Undo" disabled={!playlist.canUndo} onClick={() => void stepBack(client, id)}>
        <Undo2 size={18} />
      </IconButton>
      <IconButton label="Redo" disabled={!playlist.canRedo} onClick={() => void stepForward(client, id)}>
        <Redo2 size={18} />
      </IconButton>
      <IconButton label="More for this playlist" aria-haspopup="menu" onClick={(event) => setAnchor(anchorBelow(event.currentTarget))}>
        <Ellipsis size={18} />
      </IconButton>
      {anchor && <Menu label={name} anchor={anchor} items={items} onClose={() => setAnchor(null)} />}
      {mastering && <MasterDialog order={{ type: "playlist", id }} name={name} onClose={() => setMastering(false)} />}
      {renaming && (
        <NameDialog
          title="Rename"
          action="Save"
          name={name}
          description={description}
          onClose={() => setRenaming(false)}
          onDone={(newName, newDescription) => {
            setRenaming(false);
            void describePlaylist(client, id, newName, newDescription);
          }}
        />
      )}
    </div>
  );
}
