import { AudioLines, ListMusic, Mic2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { conductor } from "@/app/auralis";
import type { Panel } from "@/app/state";
import { dispatch, useApp } from "@/app/store";
import { PRESETS } from "@/features/sound/presets";
import { IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Switch } from "@/ui/switch";
import { Now } from "./now";
import { PlayingOptions } from "./options";
import { Elsewhere, Outputs } from "./outputs";
import { SeekBar } from "./seek-bar";
import { openSheet } from "./sheet-history";
import { PlayButton, Transport } from "./transport";
import { Volume } from "./volume";
import styles from "./player-bar.module.css";

const Sheet = lazy(() => import("./sheet"));

/** Always in reach: what plays, where in it, how it sounds, how loud, and where. */
export function PlayerBar({ small }: { small: boolean }) {
  return (
    <footer className={styles.bar} aria-label="Player">
      <Elsewhere />
      {small ? <MiniPlayer /> : <WidePlayer />}
    </footer>
  );
}

function WidePlayer() {
  return (
    <div className={styles.wide}>
      <Now />
      <Transport />
      <SeekBar />
      <EnhancementSwitch />
      <Volume />
      <div className={styles.tools}>
        <PlayingOptions />
        <Outputs />
        <PanelButton panel="sound" label="Sound" shortcut="N" />
        <PanelButton panel="lyrics" label="Lyrics" shortcut="Y" />
        <PanelButton panel="queue" label="Queue" shortcut="Q" />
      </div>
    </div>
  );
}

function PanelButton({ panel, label, shortcut }: { panel: Panel; label: string; shortcut: string }) {
  const open = useApp((state) => state.panel === panel);
  const Icon = { none: AudioLines, sound: AudioLines, queue: ListMusic, lyrics: Mic2 }[panel];
  return (
    <IconButton label={label} shortcut={shortcut} aria-pressed={open} onClick={() => dispatch({ type: "panel", panel: open ? "none" : panel })}>
      <Icon size={19} />
    </IconButton>
  );
}

/** The one switch between the original and the mastered sound. */
export function EnhancementSwitch() {
  const enhancement = useApp((state) => state.player?.enhancement);
  const wanting = useApp((state) => state.core.variant === "original" && state.core.sounding && (enhancement?.enabled ?? false));
  const enabled = enhancement?.enabled ?? false;
  const preset = PRESETS.find(({ value }) => value === enhancement?.preset);
  return (
    <div className={styles.enhancement}>
      <Switch label="Enhancement" checked={enabled} disabled={!enhancement} onChange={(on) => conductor.setEnhancement({ enabled: on })} />
      <button type="button" className={styles.sound} onClick={() => dispatch({ type: "panel", panel: "sound" })} title="How it sounds, and why">
        <span>{enabled ? "Enhanced" : "Original"}</span>
        <small>{!enabled ? "As recorded" : wanting ? "Not for this track yet" : (preset?.label ?? "Like a reference")}</small>
      </button>
    </div>
  );
}

function MiniPlayer() {
  const track = useApp((state) => state.player?.current?.track ?? null);
  const enhancement = useApp((state) => state.player?.enhancement);
  const open = useApp((state) => state.sheet);
  return (
    <>
      <div className={styles.mini}>
        <button
          type="button"
          className={styles.miniNow}
          onClick={openSheet}
        >
          {track ? (
            <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={44} className={styles.miniCover} eager />
          ) : (
            <span className={styles.noCover} />
          )}
          <span className={styles.names}>
            {track && <span className="visually-hidden">Now playing: </span>}
            <span className={styles.title}>{track?.title ?? "Nothing is playing"}</span>
            <span className={styles.artist}>{track?.artist ?? ""}</span>
            <span className="visually-hidden">. Open the player</span>
          </span>
        </button>
        <Switch
          label="Enhancement"
          checked={enhancement?.enabled ?? false}
          disabled={!enhancement}
          onChange={(on) => conductor.setEnhancement({ enabled: on })}
        />
        <PlayButton />
      </div>
      {open && (
        <Suspense>
          <Sheet />
        </Suspense>
      )}
    </>
  );
}
