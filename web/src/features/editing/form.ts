/** The fields of a track as texts, and what has changed of them in the server's words. */

import type { TrackDetail, TrackEdit } from "@/api/types";

export const NAMES = ["title", "artist", "album", "albumArtist", "trackNumber", "discNumber", "date", "genres", "bpm", "key", "labels", "lyrics"] as const;
export type Name = (typeof NAMES)[number];
export type Form = Record<Name, string>;

interface Field {
  name: Name;
  label: string;
  hint?: string;
  wide?: boolean;
  long?: boolean;
  /** What is said where the text cannot be. */
  problem?: string;
}

export const FIELDS: Field[] = [
  { name: "title", label: "Title", wide: true, problem: "A track needs a title." },
  { name: "artist", label: "Artist", wide: true },
  { name: "album", label: "Album", wide: true },
  { name: "albumArtist", label: "Album artist", wide: true },
  { name: "trackNumber", label: "Track number", problem: "A track number is a whole number." },
  { name: "discNumber", label: "Disc number", problem: "A disc number is a whole number." },
  { name: "date", label: "Date", hint: "2021 or 2021-04-02", problem: "A date is a year, or year-month-day." },
  { name: "bpm", label: "Tempo (BPM)", problem: "A tempo is a number up to 500." },
  { name: "key", label: "Key", hint: "F# minor" },
  { name: "labels", label: "Label" },
  { name: "genres", label: "Genres", hint: "Separated by ;", wide: true },
  { name: "lyrics", label: "Lyrics", long: true },
];

const NUMBERS = ["trackNumber", "discNumber", "bpm"] as const;
const LISTS = ["genres", "labels"] as const;
const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

const isIn = <T extends string>(names: readonly T[], name: string): name is T => (names as readonly string[]).includes(name);

export function formOf(track: TrackDetail, lyrics: string): Form {
  const text = (name: Exclude<Name, "lyrics">): string => {
    const value = track[name];
    return Array.isArray(value) ? value.join("; ") : value === null || value === undefined ? "" : String(value);
  };
  return Object.fromEntries(NAMES.map((name) => [name, name === "lyrics" ? lyrics : text(name)])) as Form;
}

/** The names of fields whose texts cannot be taken. */
export function wrongFields(form: Form): Name[] {
  return NAMES.filter((name) => {
    const text = form[name].trim();
    if (name === "title") return text === "";
    if (text === "") return false;
    if (name === "date") return !DATE.test(text);
    if (name === "bpm") return !(Number(text) >= 0 && Number(text) <= 500);
    return isIn(NUMBERS, name) && !/^\d{1,5}$/.test(text);
  });
}

/** What has changed, in the server's words; a number that was emptied is the file's own again. */
export function changesOf(before: Form, after: Form): Partial<TrackEdit> {
  const changed = NAMES.filter((name) => before[name].trim() !== after[name].trim());
  return Object.fromEntries(changed.map((name) => [name, valueOf(name, after[name].trim())]));
}

function valueOf(name: Name, text: string): string | number | string[] | null {
  if (isIn(LISTS, name)) return text.split(";").map((part) => part.trim()).filter(Boolean);
  if (isIn(NUMBERS, name)) return text === "" ? null : Number(text);
  return text;
}
