import { Pause, Play, SkipBack, SkipForward } from "lucide-react";
import { conductor } from "@/app/auralis";
import { isPlaying } from "@/app/state";
import { useApp } from "@/app/store";
import { IconButton } from "@/ui/button";
import { RepeatButton, ShuffleButton } from "./modes";
import styles from "./player-bar.module.css";

export function Transport({ large = false }: { large?: boolean }) {
  const standing = useApp((state) => Boolean(state.player?.current));
  const last = useApp((state) => !state.player?.next);
  const size = large ? 26 : 20;
  return (
    <div className={`${styles.transport} ${large ? styles.largeTransport : ""}`}>
      <ShuffleButton size={large ? 21 : 17} />
      <IconButton label="Previous track" shortcut="Ctrl ←" disabled={!standing} onClick={() => void conductor.previous()}>
        <SkipBack size={size} fill="currentColor" />
      </IconButton>
      <PlayButton size={large ? 28 : 21} />
      <IconButton label="Next track" shortcut="Ctrl →" disabled={!standing || last} onClick={() => void conductor.next()}>
        <SkipForward size={size} fill="currentColor" />
      </IconButton>
      <RepeatButton size={large ? 21 : 17} />
    </div>
  );
}

export function PlayButton({ size = 21 }: { size?: number }) {
  const playing = useApp(isPlaying);
  const loading = useApp((state) => state.core.phase === "loading" && state.core.playing);
  return (
    <button
      type="button"
      className={styles.playButton}
      aria-label={playing ? "Pause" : "Play"}
      title={playing ? "Pause (Space)" : "Play (Space)"}
      data-loading={loading || undefined}
      onClick={() => void conductor.toggle()}
    >
      {playing ? <Pause size={size} fill="currentColor" /> : <Play size={size} fill="currentColor" />}
    </button>
  );
}
