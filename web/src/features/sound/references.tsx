import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { request, send, url } from "@/api/http";
import { references as referencesQuery } from "@/api/queries";
import type { SoundReference } from "@/api/types";
import { conductor } from "@/app/auralis";
import { notify, useApp } from "@/app/store";
import { formatUnit } from "@/lib/format";
import { Button, IconButton } from "@/ui/button";
import styles from "./references.module.css";

/** Sounds that others can be mastered towards: a track that plays, or a file; chosen as a preset is. */
export function References() {
  const client = useQueryClient();
  const { data } = useQuery(referencesQuery());
  const preset = useApp((state) => state.player?.enhancement.preset ?? null);
  const track = useApp((state) => state.player?.current?.track ?? null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const change = async (call: Promise<unknown>, said: string) => {
    setBusy(true);
    try {
      await call;
      notify("info", said);
    } catch (error) {
      notify("error", (error as Error).message);
    }
    setBusy(false);
    void client.invalidateQueries({ queryKey: referencesQuery().queryKey });
  };
  const upload = (file: File) => {
    const body = new FormData();
    body.set("file", file);
    void change(request(url("/processing/references"), { method: "POST", body }), `“${file.name}” is a reference now.`);
  };
  const known = track !== null && data?.items.some(({ trackId }) => trackId === track.id);
  return (
    <section aria-labelledby="references-title" className={styles.references}>
      <h3 id="references-title">Sound like a reference</h3>
      <ul aria-label="References">
        {data?.items.map((reference) => (
          <Line
            key={reference.id}
            reference={reference}
            chosen={reference.preset === preset}
            busy={busy}
            onRemove={() => void change(send("DELETE", `/processing/references/${encodeURIComponent(reference.id)}`), `“${reference.name}” is no reference any more.`)}
          />
        ))}
      </ul>
      {data?.items.length === 0 && <p>What you play is mastered towards the loudness, tone and width of a track of your choice.</p>}
      <div className={styles.actions}>
        <Button
          disabled={busy || track === null || known}
          onClick={() => track && void change(send("POST", "/processing/references", { trackId: track.id }), `“${track.title}” is a reference now.`)}
        >
          <Plus size={16} aria-hidden="true" /> What plays
        </Button>
        <Button disabled={busy} onClick={() => input.current?.click()}>
          <FileUp size={16} aria-hidden="true" /> A file
        </Button>
        <input
          ref={input}
          type="file"
          accept="audio/*,.flac,.wav,.mp3,.ogg,.opus,.m4a,.aiff"
          hidden
          aria-label="File of a reference"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = "";
            if (file) upload(file);
          }}
        />
      </div>
    </section>
  );
}

interface LineProps {
  reference: SoundReference;
  chosen: boolean;
  busy: boolean;
  onRemove: () => void;
}

function Line({ reference: { name, preset, loudnessLufs, uploaded }, chosen, busy, onRemove }: LineProps) {
  return (
    <li>
      <button type="button" aria-pressed={chosen} onClick={() => conductor.setEnhancement({ enabled: true, preset: chosen ? "adaptive" : preset })}>
        <span>{name}</span>
        <small className="numeric">
          {formatUnit(loudnessLufs, "LUFS")}
          {uploaded && " · from a file"}
        </small>
      </button>
      <IconButton label={`Forget the reference ${name}`} size="small" disabled={busy} onClick={onRemove}>
        <Trash2 size={16} />
      </IconButton>
    </li>
  );
}
