/** Where one can go; a small screen has tabs for some, and one place that leads to the others. */

import { Activity, Disc3, Ellipsis, FileAudio, FolderOpen, Headphones, History, Library, ListMusic, Map, Mic2, Search, Settings, type LucideIcon } from "lucide-react";

export interface Place {
  to: string;
  label: string;
  icon: LucideIcon;
}

const LIBRARY = { to: "/", label: "Library", icon: Library };
const ALBUMS = { to: "/albums", label: "Albums", icon: Disc3 };
const ARTISTS = { to: "/artists", label: "Artists", icon: Mic2 };
const FOLDERS = { to: "/folders", label: "Folders", icon: FolderOpen };
const PLAYLISTS = { to: "/playlists", label: "Playlists", icon: ListMusic };
const SEARCH = { to: "/search", label: "Search", icon: Search };
const HISTORY = { to: "/history", label: "History", icon: History };
const MAP = { to: "/map", label: "Map", icon: Map };
const COMPARE = { to: "/compare", label: "Compare", icon: Headphones };
const JOBS = { to: "/jobs", label: "Jobs", icon: FileAudio };
const SETTINGS = { to: "/settings", label: "Settings", icon: Settings };
const STATUS = { to: "/status", label: "Status", icon: Activity };

export const PLACES: Place[] = [LIBRARY, ALBUMS, ARTISTS, PLAYLISTS, FOLDERS, MAP, COMPARE, HISTORY, JOBS, STATUS, SETTINGS];
export const TABS: Place[] = [LIBRARY, ALBUMS, PLAYLISTS, SEARCH, { to: "/more", label: "More", icon: Ellipsis }];
export const BEHIND_MORE: Place[] = PLACES.filter((place) => !TABS.includes(place));
