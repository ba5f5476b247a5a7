import { Disc3, Heart as HeartIcon, ListEnd, ListPlus, ListStart, Mic2, Play } from "lucide-react";
import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { addToQueue } from "@/app/queue";
import type { Track } from "@/api/types";
import { favor } from "@/features/listening/listening";
import { Stars } from "@/features/listening/stars";
import { Menu, type Anchor, type MenuItem } from "@/ui/menu";

const AddToPlaylist = lazy(() => import("@/features/playlists/add-to-playlist"));

interface Open {
  track: Track;
  anchor: Anchor;
  more: MenuItem[];
}

export type OpenTrackMenu = (track: Track, anchor: Anchor, more?: MenuItem[]) => void;

/** The menu of a track: how it is opened, and what is to be drawn somewhere. */
export function useTrackMenu(onPlay: (track: Track) => void): { openMenu: OpenTrackMenu; menu: ReactNode } {
  const [open, setOpen] = useState<Open | null>(null);
  const [adding, setAdding] = useState<Track | null>(null);
  const openMenu = useCallback<OpenTrackMenu>((track, anchor, more = []) => setOpen({ track, anchor, more }), []);
  const close = useCallback(() => setOpen(null), []);
  const menu = (
    <>
      {open && <TrackMenu {...open} onPlay={onPlay} onAdd={setAdding} onClose={close} />}
      {adding && (
        <Suspense>
          <AddToPlaylist track={adding} onClose={() => setAdding(null)} />
        </Suspense>
      )}
    </>
  );
  return { openMenu, menu };
}

interface Props extends Open {
  onPlay: (track: Track) => void;
  onAdd: (track: Track) => void;
  onClose: () => void;
}

function TrackMenu({ track, anchor, more, onPlay, onAdd, onClose }: Props) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const artist = track.artists[0];
  const later = (position: "next" | "end") => addToQueue({ type: "tracks", trackIds: [track.id] }, position, `“${track.title}”`);
  const items: MenuItem[] = [
    { label: "Play now", icon: <Play size={17} />, run: () => onPlay(track), disabled: track.missing },
    { label: "Play next", icon: <ListStart size={17} />, run: () => later("next"), disabled: track.missing },
    { label: "Add to queue", icon: <ListEnd size={17} />, run: () => later("end"), disabled: track.missing },
    { label: "Add to playlist…", icon: <ListPlus size={17} />, run: () => onAdd(track) },
    {
      label: track.favorite ? "Remove from favourites" : "Add to favourites",
      icon: <HeartIcon size={17} fill={track.favorite ? "currentColor" : "none"} />,
      run: () => void favor(client, track),
    },
    ...more,
  ];
  if (track.albumId) items.push({ label: "Go to album", icon: <Disc3 size={17} />, run: () => go(`/albums/${track.albumId}`) });
  if (artist) items.push({ label: "Go to artist", icon: <Mic2 size={17} />, run: () => go(`/artists/${artist.id}`) });
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
