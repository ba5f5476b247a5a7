import { useState } from "react";
import { artworkUrl } from "@/api/http";
import styles from "./cover.module.css";

interface Props {
  artworkId: string | null | undefined;
  /** What the cover stands for; seeds the pattern where there is no picture. */
  name: string;
  /** Side in CSS pixels, to choose the picture's size. */
  size: number;
  round?: boolean;
  className?: string | undefined;
  eager?: boolean;
}

const SIZES = [64, 128, 256, 512, 1024] as const;

/** A cover; where there is none, grooves in a colour of their own, so that an album is known by sight all the same. */
export function Cover({ artworkId, name, size, round = false, className = "", eager = false }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const shape = `${styles.cover} ${round ? styles.round : ""} ${className}`;
  if (!artworkId || broken === artworkId) return <Grooves name={name} className={shape} />;
  const fit = (pixels: number) => SIZES.find((one) => one >= pixels) ?? 1024;
  const [once, twice] = [fit(size), fit(size * 2)];
  return (
    <img
      className={shape}
      src={artworkUrl(artworkId, once)}
      srcSet={`${artworkUrl(artworkId, once)} 1x, ${artworkUrl(artworkId, twice)} 2x`}
      alt=""
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      draggable={false}
      onError={() => setBroken(artworkId)}
    />
  );
}

function Grooves({ name, className }: { name: string; className: string }) {
  const hue = hash(name) % 360;
  const letter = [...name.trim()][0]?.toUpperCase() ?? "";
  return (
    <svg className={className} viewBox="0 0 100 100" aria-hidden="true">
      <rect width="100" height="100" fill={`hsl(${hue} 22% 26%)`} />
      {[46, 39, 32, 25, 18].map((radius, index) => (
        <circle
          key={radius}
          cx={20 + (hash(name) % 60)}
          cy="78"
          r={radius * 1.5}
          fill="none"
          stroke={`hsl(${(hue + index * 9) % 360} 34% ${34 + index * 5}%)`}
          strokeWidth="3.4"
        />
      ))}
      <text x="12" y="32" fontSize="24" fontWeight="600" fill={`hsl(${hue} 30% 88%)`}>
        {letter}
      </text>
    </svg>
  );
}

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (value * 31 + character.codePointAt(0)!) >>> 0;
  return value;
}
