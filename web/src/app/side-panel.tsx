import { X } from "lucide-react";
import { QueueList } from "@/features/queue/queue-list";
import { SoundDetails } from "@/features/sound/sound-details";
import { IconButton } from "@/ui/button";
import { dispatch, useApp } from "./store";
import styles from "./app.module.css";

/** Beside the view on wide screens: the sound of what plays, or the queue. */
export default function SidePanel() {
  const panel = useApp((state) => state.panel);
  if (panel === "none") return null;
  const title = panel === "sound" ? "Sound" : "Queue";
  return (
    <aside className={styles.panel} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <IconButton label={`Close ${title.toLowerCase()}`} onClick={() => dispatch({ type: "panel", panel: "none" })}>
          <X size={18} />
        </IconButton>
      </header>
      <div className={styles.panelBody} tabIndex={-1}>
        {panel === "sound" ? <SoundDetails /> : <QueueList />}
      </div>
    </aside>
  );
}
