import { ChevronDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { dispatch, useApp } from "@/app/store";
import { Notices } from "@/features/connection/notices";
import { Heart } from "@/features/listening/heart";
import { Stars } from "@/features/listening/stars";
import { Lyrics } from "@/features/lyrics/lyrics";
import { QueueList } from "@/features/queue/queue-list";
import { SoundDetails } from "@/features/sound/sound-details";
import { IconButton } from "@/ui/button";
import { Cover } from "@/ui/cover";
import { Segmented } from "@/ui/segmented";
import { Artists } from "./now";
import { PlayingOptions } from "./options";
import { Outputs } from "./outputs";
import { EnhancementSwitch } from "./player-bar";
import { SeekBar } from "./seek-bar";
import { closeSheet } from "./sheet-history";
import { Transport } from "./transport";
import styles from "./player-bar.module.css";

type Tab = "playing" | "sound" | "queue" | "lyrics";
const TABS: { value: Tab; label: string }[] = [
  { value: "playing", label: "Playing" },
  { value: "sound", label: "Sound" },
  { value: "queue", label: "Queue" },
  { value: "lyrics", label: "Lyrics" },
];

/** The player of a small screen, all of it. */
export default function Sheet() {
  const [tab, setTab] = useState<Tab>("playing");
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    const left = () => dispatch({ type: "sheet", open: false });
    window.addEventListener("popstate", left);
    return () => window.removeEventListener("popstate", left);
  }, []);
  return (
    <dialog ref={dialog} className={styles.sheet} aria-label="Player" onClose={closeSheet}>
      <div className={styles.sheetHead}>
        <IconButton label="Close the player" onClick={closeSheet}>
          <ChevronDown size={24} />
        </IconButton>
        <Segmented label="Show" options={TABS} value={tab} onChange={setTab} />
        <Outputs side="below" />
      </div>
      <div className={styles.sheetBody}>
        {tab === "playing" && <Playing />}
        {tab === "sound" && <SoundDetails />}
        {tab === "queue" && <QueueList />}
        {tab === "lyrics" && <Lyrics />}
      </div>
      <Notices />
    </dialog>
  );
}

function Playing() {
  const track = useApp((state) => state.player?.current?.track ?? null);
  return (
    <div className={styles.playing} onClick={(event) => (event.target as HTMLElement).closest("a") && dispatch({ type: "sheet", open: false })}>
      <div className={styles.aura} aria-hidden="true">
        {track && <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={32} eager />}
      </div>
      <div className={styles.sheetCover}>
        <Cover artworkId={track?.artworkId} name={track?.album ?? track?.title ?? ""} size={360} eager />
      </div>
      <div className={styles.sheetTitle}>
        <div>
          <h2>{track?.title ?? "Nothing is playing"}</h2>
          <p>{track && <Artists track={track} />}</p>
        </div>
        <EnhancementSwitch />
      </div>
      {track && (
        <div className={styles.sheetLove}>
          <Stars track={track} large />
          <span className={styles.sheetTools}>
            <PlayingOptions />
            <Heart track={track} />
          </span>
        </div>
      )}
      <SeekBar large />
      <Transport large />
    </div>
  );
}
