import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { MasterBody } from "@/api/types";
import { useApp } from "@/app/store";
import { PRESETS } from "@/features/sound/presets";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import field from "@/ui/field.module.css";
import { Slider } from "@/ui/slider";
import { orderMaster } from "./changes";
import styles from "./jobs.module.css";

interface Props {
  order: Pick<MasterBody, "type" | "id" | "trackIds">;
  name: string;
  onClose: () => void;
}

type Kind = "flac24" | "flac16" | "wav24" | "wav16";
const KINDS: { value: Kind; label: string }[] = [
  { value: "flac24", label: "FLAC, 24 bit" },
  { value: "flac16", label: "FLAC, 16 bit (dithered)" },
  { value: "wav24", label: "WAV, 24 bit" },
  { value: "wav16", label: "WAV, 16 bit (dithered)" },
];

/** How a track, an album or a playlist is to be mastered, and into what kind of files. */
export function MasterDialog({ order, name, onClose }: Props) {
  const client = useQueryClient();
  const enhancement = useApp((state) => state.player?.enhancement);
  const [preset, setPreset] = useState<MasterBody["preset"]>((enhancement?.preset as MasterBody["preset"]) ?? "adaptive");
  const [intensity, setIntensity] = useState(enhancement?.intensity ?? 1);
  const [kind, setKind] = useState<Kind>("flac24");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [format, bitDepth] = [kind.slice(0, -2) as "flac" | "wav", Number(kind.slice(-2)) as 16 | 24];
    void orderMaster(client, { ...order, preset, intensity, format, bitDepth, title: name.slice(0, 200) });
    onClose();
  };
  return (
    <Dialog title={`Master “${name}” to files`} onClose={onClose}>
      <form onSubmit={submit}>
        <label className={field.label}>
          Preset
          <select className={field.field} value={preset} onChange={(event) => setPreset(event.target.value as MasterBody["preset"])}>
            {PRESETS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <p className={styles.note}>{PRESETS.find(({ value }) => value === preset)?.character}</p>
        <div className={field.label}>
          Intensity
          <Slider label="Intensity" value={intensity} step={0.05} describe={(value) => `${Math.round(value * 100)} percent`} onCommit={setIntensity} />
        </div>
        <label className={field.label}>
          Files
          <select className={field.field} value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            {KINDS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <p className={styles.note}>Tags and cover go along. Your own files are not touched.</p>
        <div className={field.actions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="solid">
            Master
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
