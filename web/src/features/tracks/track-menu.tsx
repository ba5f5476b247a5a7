import { Disc3, EyeOff, FileAudio, Headphones, Heart as HeartIcon, ListEnd, ListPlus, ListStart, Mic2, Orbit, Pencil, Play } from "lucide-react";
import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { addToQueue } from "@/app/queue";
import type { Track } from "@/api/types";
import { hideTrack } from "@/features/editing/changes";
import { favor } from "@/features/listening/listening";
import { Stars } from "@/features/listening/stars";
import { Menu, type Anchor, type MenuItem } from "@/ui/menu";

const EditDialog = lazy(() => import("@/features/editing/edit-dialog"));
const MasterDialog = lazy(() => import("@/features/jobs/master-dialog").then((module) => ({ default: module.MasterDialog })));
const AddToPlaylist = lazy(() => import("@/features/playlists/add-to-playlist"));

/** What of a track is asked in a dialog. */
interface Asked {
  what: "playlist" | "edit" | "master";
  track: Track;
}

interface Open {
  track: Track;
  anchor: Anchor;
  more: MenuItem[];
}

export type OpenTrackMenu = (track: Track, anchor: Anchor, more?: MenuItem[]) => void;

/** The menu of a track: how it is opened, and what is to be drawn somewhere. */
export function useTrackMenu(onPlay: (track: Track) => void): { openMenu: OpenTrackMenu; menu: ReactNode } {
  const [open, setOpen] = useState<Open | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const openMenu = useCallback<OpenTrackMenu>((track, anchor, more = []) => setOpen({ track, anchor, more }), []);
  const close = useCallback(() => setOpen(null), []);
  const menu = (
    <>
      {open && <TrackMenu {...open} onPlay={onPlay} onAsk={setAsked} onClose={close} />}
      {asked && (
        <Suspense>
          <Dialogue {...asked} onClose={() => setAsked(null)} />
        </Suspense>
      )}
    </>
  );
  return { openMenu, menu };
}

function Dialogue({ what, track, onClose }: Asked & { onClose: () => void }) {
  if (what === "edit") return <EditDialog trackId={track.id} onClose={onClose} />;
  if (what === "master") return <MasterDialog order={{ type: "track", id: track.id }} name={track.title} onClose={onClose} />;
  return <AddToPlaylist track={track} onClose={onClose} />;
}

interface Props extends Open {
  onPlay: (track: Track) => void;
  onAsk: (asked: Asked) => void;
  onClose: () => void;
}

function TrackMenu({ track, anchor, more, onPlay, onAsk, onClose }: Props) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const artist = track.artists[0];
  const later = (position: "next" | "end") => addToQueue({ type: "tracks", trackIds: [track.id] }, position, `“${track.title}”`);
  const items: MenuItem[] = [
    { label: "Play now", icon: <Play size={17} />, run: () => onPlay(track), disabled: track.missing },
    { label: "Play next", icon: <ListStart size={17} />, run: () => later("next"), disabled: track.missing },
    { label: "Add to queue", icon: <ListEnd size={17} />, run: () => later("end"), disabled: track.missing },
    { label: "Add to playlist…", icon: <ListPlus size={17} />, run: () => onAsk({ what: "playlist", track }) },
    {
      label: track.favorite ? "Remove from favourites" : "Add to favourites",
      icon: <HeartIcon size={17} fill={track.favorite ? "currentColor" : "none"} />,
      run: () => void favor(client, track),
    },
    ...more,
  ];
  if (track.albumId) items.push({ label: "Go to album", icon: <Disc3 size={17} />, run: () => go(`/albums/${track.albumId}`) });
  if (artist) items.push({ label: "Go to artist", icon: <Mic2 size={17} />, run: () => go(`/artists/${artist.id}`) });
  items.push(
    { label: "More like this", icon: <Orbit size={17} />, run: () => go(`/similar?track=${track.id}`), disabled: track.fingerprint !== "full" },
    { label: "Compare the sounds", icon: <Headphones size={17} />, run: () => go(`/compare?track=${track.id}`), disabled: track.missing },
    { label: "Master to files…", icon: <FileAudio size={17} />, run: () => onAsk({ what: "master", track }), disabled: track.missing },
    { label: "Edit details…", icon: <Pencil size={17} />, run: () => onAsk({ what: "edit", track }) },
    { label: "Hide from the library", icon: <EyeOff size={17} />, run: () => void hideTrack(client, track) },
  );
  return (
    <Menu label={track.title} anchor={anchor} items={items} onClose={onClose}>
      <RatingOf track={track} />
    </Menu>
  );
}

/** The menu holds the track as it was when it opened: the rating is followed here. */
function RatingOf({ track }: { track: Track }) {
  const [rating, setRating] = useState(track.rating);
  return <Stars track={{ ...track, rating }} large onRated={setRating} />;
}
