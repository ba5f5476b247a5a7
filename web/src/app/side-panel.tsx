import { X } from "lucide-react";
import { lazy, Suspense } from "react";
import { QueueList } from "@/features/queue/queue-list";
import { SoundDetails } from "@/features/sound/sound-details";
import { IconButton } from "@/ui/button";
import { Segmented } from "@/ui/segmented";
import type { Panel } from "./state";
import { dispatch, useApp } from "./store";
import styles from "./app.module.css";

const Lyrics = lazy(() => import("@/features/lyrics/lyrics").then((module) => ({ default: module.Lyrics })));

const PANELS: { value: Exclude<Panel, "none">; label: string }[] = [
  { value: "sound", label: "Sound" },
  { value: "queue", label: "Queue" },
  { value: "lyrics", label: "Lyrics" },
];

/** Beside the view on wide screens: the sound of what plays, the queue, or the words. */
export default function SidePanel() {
  const panel = useApp((state) => state.panel);
  const shown = PANELS.find(({ value }) => value === panel);
  if (!shown) return null;
  const title = shown.label;
  return (
    <aside className={styles.panel} aria-label={title}>
      <header>
        <h2 className="visually-hidden">{title}</h2>
        <Segmented label="Show" options={PANELS} value={shown.value} onChange={(next) => dispatch({ type: "panel", panel: next })} />
        <IconButton label={`Close ${title.toLowerCase()}`} onClick={() => dispatch({ type: "panel", panel: "none" })}>
          <X size={18} />
        </IconButton>
      </header>
      <div className={styles.panelBody} tabIndex={-1}>
        {panel === "sound" && <SoundDetails />}
        {panel === "queue" && <QueueList />}
        {panel === "lyrics" && (
          <Suspense>
            <Lyrics />
          </Suspense>
        )}
      </div>
    </aside>
  );
}
