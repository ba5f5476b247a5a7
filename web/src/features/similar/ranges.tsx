import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState, type FormEvent } from "react";
import { dimensions as dimensionsQuery } from "@/api/queries";
import type { DimensionInfo } from "@/api/types";
import { Button, IconButton } from "@/ui/button";
import field from "@/ui/field.module.css";
import { nameOf } from "./reasons";
import styles from "./similar.module.css";

interface Props {
  /** Each as `dimension:low..high`. */
  ranges: string[];
  onChange: (ranges: string[]) => void;
}

/** How it should sound: ranges of dimensions, in their units. */
export function Ranges({ ranges, onChange }: Props) {
  const { data } = useQuery(dimensionsQuery());
  const [name, setName] = useState("tempo_bpm");
  const [low, setLow] = useState("");
  const [high, setHigh] = useState("");
  if (!data) return null;
  const info = data.find((one) => one.name === name);
  const [from, to] = [numberOf(low), numberOf(high)];
  const usable = from !== null && to !== null && (low.trim() !== "" || high.trim() !== "") && !(low.trim() && high.trim() && from > to);
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!usable) return;
    onChange([...ranges.filter((range) => !range.startsWith(`${name}:`)), `${name}:${low.trim() && from}..${high.trim() && to}`]);
    setLow("");
    setHigh("");
  };
  return (
    <section className={styles.ranges} aria-label="How it should sound">
      {ranges.length > 0 && (
        <ul aria-label="Ranges">
          {ranges.map((range) => (
            <li key={range}>
              {wordsFor(range, data)}
              <IconButton label={`Remove ${wordsFor(range, data)}`} size="small" onClick={() => onChange(ranges.filter((one) => one !== range))}>
                <X size={15} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={add}>
        <select className={field.field} aria-label="Dimension" value={name} title={info?.definition} onChange={(event) => setName(event.target.value)}>
          {data.map((one) => (
            <option key={one.name} value={one.name}>
              {nameOf(one.name)}
              {one.unit && ` (${one.unit})`}
            </option>
          ))}
        </select>
        <input className={field.field} inputMode="decimal" placeholder={`from ${info?.low ?? ""}`} aria-label="From" value={low} onChange={(event) => setLow(event.target.value)} />
        <input className={field.field} inputMode="decimal" placeholder={`to ${info?.high ?? ""}`} aria-label="To" value={high} onChange={(event) => setHigh(event.target.value)} />
        <Button type="submit" disabled={!usable}>
          <Plus size={16} aria-hidden="true" /> Add
        </Button>
      </form>
    </section>
  );
}

/** Null where it is no number; nothing at all counts as 0. */
function numberOf(text: string): number | null {
  const value = Number(text.trim().replace(",", "."));
  return Number.isFinite(value) ? value : null;
}

export function wordsFor(range: string, infos: readonly DimensionInfo[]): string {
  const [name = "", ends = ""] = range.split(":");
  const [low = "", high = ""] = ends.split("..");
  const unit = infos.find((info) => info.name === name)?.unit ?? "";
  const words = low && high ? `${low} to ${high}` : low ? `from ${low}` : `up to ${high}`;
  return `${nameOf(name)} ${words}${unit ? ` ${unit}` : ""}`;
}
