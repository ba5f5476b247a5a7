import { useState } from "react";
import type { Track } from "@/api/types";
import { discArtworkUrl } from "@/api/http";
import { Cover } from "@/ui/cover";
import styles from "./discs.module.css";

interface Props {
  albumId: string;
  tracks: Track[];
  onPlay: (track: Track) => void;
}

/** The discs of an album that has several, each with its picture; one plays the album from there. */
export function Discs({ albumId, tracks, onPlay }: Props) {
  const firsts = new Map<number, Track>();
  for (const track of tracks) {
    const number = track.discNumber ?? 0;
    if (!firsts.has(number)) firsts.set(number, track);
  }
  if (firsts.size < 2) return null;
  return (
    <ul className={styles.discs} aria-label="Discs">
      {[...firsts].map(([number, first]) => {
        const name = number ? `Disc ${number}` : "No disc";
        return (
          <li key={number}>
            <button type="button" className={styles.disc} onClick={() => onPlay(first)} title={`Play from ${name.toLowerCase()}`}>
              <Picture src={discArtworkUrl(albumId, number, 128)} name={name} />
              {name}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Picture({ src, name }: { src: string; name: string }) {
  const [broken, setBroken] = useState(false);
  if (broken) return <Cover artworkId={null} name={name} size={64} className={styles.picture} />;
  return <img className={styles.picture} src={src} alt="" loading="lazy" decoding="async" onError={() => setBroken(true)} />;
}
