import { useQueryClient } from "@tanstack/react-query";
import { Heart as Shape } from "lucide-react";
import type { Track } from "@/api/types";
import { IconButton } from "@/ui/button";
import { favor } from "./listening";
import styles from "./listening.module.css";

interface Props {
  track: Track;
  tabIndex?: number;
  shortcut?: string;
  className?: string | undefined;
}

/** Whether a track is a favourite, and the button that changes it. */
export function Heart({ track, className = "", ...rest }: Props) {
  const client = useQueryClient();
  return (
    <IconButton
      label={`Favourite: ${track.title}`}
      size="small"
      className={`${styles.heart} ${className}`}
      aria-pressed={track.favorite}
      onClick={() => void favor(client, track)}
      {...rest}
    >
      <Shape size={17} fill={track.favorite ? "currentColor" : "none"} />
    </IconButton>
  );
}
