import { useQuery } from "@tanstack/react-query";
import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import { genres as genresQuery, type TrackFilters } from "@/api/queries";
import { plural } from "@/lib/format";
import { Button } from "@/ui/button";
import field from "@/ui/field.module.css";
import styles from "./filters.module.css";

interface Props {
  filters: TrackFilters;
  total: number;
  onChange: (filters: TrackFilters) => void;
  /** Whether what the listener likes and has heard is offered, too. */
  opinions?: boolean;
}

/** What the list is narrowed to; out of the way until it is wanted. */
export function Filters({ filters, total, onChange, opinions = true }: Props) {
  const active = Object.keys(filters).length;
  const [open, setOpen] = useState(active > 0);
  return (
    <section className={styles.filters} aria-label="Filters">
      <div className={styles.head}>
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          <ListFilter size={16} aria-hidden="true" /> Filter{active > 0 && ` (${active})`}
        </Button>
        {active > 0 && (
          <>
            <Button onClick={() => onChange({})}>
              <X size={16} aria-hidden="true" /> Clear
            </Button>
            <span role="status">{plural(total, "track")}</span>
          </>
        )}
      </div>
      {open && <Fields filters={filters} onChange={onChange} opinions={opinions} />}
    </section>
  );
}

function Fields({ filters, onChange, opinions }: Omit<Props, "total">) {
  const { data } = useQuery(genresQuery());
  const set = (change: { [Name in keyof TrackFilters]: TrackFilters[Name] | undefined }) => {
    const next = Object.entries({ ...filters, ...change }).filter(([, value]) => value !== undefined);
    onChange(Object.fromEntries(next) as TrackFilters);
  };
  return (
    <div className={styles.fields}>
      {opinions && (
        <>
          <Toggle label="Favourites" on={filters.favorite === true} onChange={(on) => set({ favorite: on || undefined })} />
          <Toggle label="Never played" on={filters.played === false} onChange={(on) => set({ played: on ? false : undefined })} />
        </>
      )}
      <select className={field.field} aria-label="Genre" value={filters.genre ?? ""} onChange={(event) => set({ genre: event.target.value || undefined })}>
        <option value="">All genres</option>
        {data?.items.map(({ id, name, trackCount }) => (
          <option key={id} value={id}>
            {name} ({trackCount})
          </option>
        ))}
      </select>
      <select
        className={field.field}
        aria-label="Rating"
        value={filters.ratingMin ?? ""}
        onChange={(event) => set({ ratingMin: event.target.value ? Number(event.target.value) : undefined })}
      >
        <option value="">Any rating</option>
        {[1, 2, 3, 4, 5].map((stars) => (
          <option key={stars} value={stars}>
            {plural(stars, "star")} {stars < 5 && "and more"}
          </option>
        ))}
      </select>
      <YearField label="From year" value={filters.yearMin} onChange={(yearMin) => set({ yearMin })} />
      <YearField label="To year" value={filters.yearMax} onChange={(yearMax) => set({ yearMax })} />
    </div>
  );
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <button type="button" className={styles.toggle} aria-pressed={on} onClick={() => onChange(!on)}>
      {label}
    </button>
  );
}

/** Sent when it is left or by Enter; nothing at all takes it away. */
function YearField({ label, value, onChange }: { label: string; value: number | undefined; onChange: (year: number | undefined) => void }) {
  const [text, setText] = useState(value === undefined ? "" : String(value));
  const commit = () => {
    const year = Number(text);
    const usable = /^\d{1,4}$/.test(text.trim());
    if (text.trim() === "") onChange(undefined);
    else if (usable) onChange(year);
    else setText(value === undefined ? "" : String(value));
  };
  return (
    <input
      className={field.field}
      inputMode="numeric"
      placeholder={label}
      aria-label={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => text !== (value === undefined ? "" : String(value)) && commit()}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}
