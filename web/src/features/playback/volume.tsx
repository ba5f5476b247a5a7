import { Volume1, Volume2, VolumeX } from "lucide-react";
import { conductor } from "@/app/auralis";
import { toggleMute } from "@/app/mute";
import { useApp } from "@/app/store";
import { IconButton } from "@/ui/button";
import { Slider } from "@/ui/slider";
import styles from "./player-bar.module.css";

export function Volume() {
  const volume = useApp((state) => state.player?.volume ?? 1);
  const Icon = volume === 0 ? VolumeX : volume < 0.5 ? Volume1 : Volume2;
  return (
    <div className={styles.volume}>
      <IconButton label={volume === 0 ? "Unmute" : "Mute"} shortcut="M" onClick={toggleMute}>
        <Icon size={19} />
      </IconButton>
      <Slider
        label="Volume"
        value={volume}
        describe={(value) => `${Math.round(value * 100)} percent`}
        onMove={(value) => conductor.setVolume(value)}
      />
    </div>
  );
}
