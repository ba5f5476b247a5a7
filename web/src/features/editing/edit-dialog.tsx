import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { lyrics as lyricsQuery, track as trackQuery } from "@/api/queries";
import type { TrackDetail } from "@/api/types";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import field from "@/ui/field.module.css";
import { Failure, Loading } from "@/ui/state";
import { Switch } from "@/ui/switch";
import { saveEdit, takeBackEdits } from "./changes";
import { changesOf, FIELDS, formOf, wrongFields, type Form } from "./form";
import styles from "./editing.module.css";

/** What is known of a track, to be corrected: kept beside the file, or written into it where that is asked. */
export default function EditDialog({ trackId, onClose }: { trackId: string; onClose: () => void }) {
  const track = useQuery(trackQuery(trackId));
  const words = useQuery(lyricsQuery(trackId));
  const error = track.error ?? words.error;
  return (
    <Dialog title="Edit details" onClose={onClose}>
      {error && <Failure error={error} onRetry={() => void Promise.all([track.refetch(), words.refetch()])} />}
      {!error && !(track.data && words.data) && <Loading label="Loading the details" />}
      {track.data && words.data && <Fields key={track.data.revision} track={track.data} lyrics={words.data.text ?? ""} onClose={onClose} />}
    </Dialog>
  );
}

function Fields({ track, lyrics, onClose }: { track: TrackDetail; lyrics: string; onClose: () => void }) {
  const client = useQueryClient();
  const [before] = useState(() => formOf(track, lyrics));
  const [form, setForm] = useState<Form>(before);
  const [writeToFile, setWriteToFile] = useState(false);
  const [busy, setBusy] = useState(false);
  const changes = changesOf(before, form);
  const wrong = wrongFields(form);
  const usable = Object.keys(changes).length > 0 && wrong.length === 0 && !busy;
  const work = async (done: Promise<boolean>) => {
    setBusy(true);
    if (await done) onClose();
    else setBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (usable) void work(saveEdit(client, track, changes, writeToFile));
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      {FIELDS.map(({ name, label, long, hint, wide }) => (
        <label key={name} className={`${field.label} ${wide || long ? styles.wide : ""}`}>
          <span>
            {label}
            {track.edited.includes(name) && <em> edited</em>}
          </span>
          {long ? (
            <textarea className={field.field} rows={5} value={form[name]} onChange={(event) => setForm({ ...form, [name]: event.target.value })} />
          ) : (
            <input
              className={field.field}
              value={form[name]}
              placeholder={hint}
              aria-invalid={wrong.includes(name) || undefined}
              onChange={(event) => setForm({ ...form, [name]: event.target.value })}
            />
          )}
        </label>
      ))}
      {wrong.length > 0 && (
        <p role="alert" className={styles.wrong}>
          {wrong.map((name) => FIELDS.find((one) => one.name === name)!.problem).join(" ")}
        </p>
      )}
      <div className={styles.choice}>
        <span>
          Write it into the file too
          <small>Otherwise the file stays as it is, and the edit is kept beside it.</small>
        </span>
        <Switch label="Write it into the file too" checked={writeToFile} onChange={setWriteToFile} />
      </div>
      <div className={`${field.actions} ${styles.wide}`}>
        {track.edited.length > 0 && (
          <Button disabled={busy} onClick={() => void work(takeBackEdits(client, track))}>
            Take edits back
          </Button>
        )}
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="solid" disabled={!usable}>
          Save
        </Button>
      </div>
    </form>
  );
}
