import { Repeat, Repeat1, Shuffle } from "lucide-react";
import { conductor } from "@/app/auralis";
import { nextRepeat } from "@/app/modes";
import { useApp } from "@/app/store";
import { IconButton } from "@/ui/button";
import styles from "./player-bar.module.css";

const REPEATS = { off: "Repeat: off", all: "Repeat: the queue", one: "Repeat: this track" };

export function ShuffleButton({ size = 18 }: { size?: number }) {
  const shuffle = useApp((state) => state.player?.shuffle ?? false);
  return (
    <span className={styles.mode} data-on={shuffle || undefined}>
      <IconButton label="Shuffle" shortcut="S" aria-pressed={shuffle} onClick={() => void conductor.setShuffle(!shuffle)}>
        <Shuffle size={size} />
      </IconButton>
    </span>
  );
}

/** Goes around: nothing, the queue, this track. */
export function RepeatButton({ size = 18 }: { size?: number }) {
  const repeat = useApp((state) => state.player?.repeat ?? "off");
  const Icon = repeat === "one" ? Repeat1 : Repeat;
  return (
    <span className={styles.mode} data-on={repeat !== "off" || undefined}>
      <IconButton label={REPEATS[repeat]} shortcut="R" onClick={() => void conductor.setRepeat(nextRepeat(repeat))}>
        <Icon size={size} />
      </IconButton>
    </span>
  );
}
