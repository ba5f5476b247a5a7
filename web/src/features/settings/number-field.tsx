import { useState } from "react";
import field from "@/ui/field.module.css";
import { Switch } from "@/ui/switch";
import type { ControlProps } from "./control";
import styles from "./settings.module.css";

/** A number within its range, sent when the field is left or by Enter; a switch stands for "never" where that may be. */
export function NumberField({ setting, onChange }: ControlProps) {
  const { label, value, minimum, maximum, unit, nullable, without, locked } = setting;
  const [text, setText] = useState(value === null ? "" : String(value));
  const [least, most] = [minimum ?? -Infinity, maximum ?? Infinity];
  const given = Number(text.replace(",", "."));
  const wrong = text.trim() !== "" && !(given >= least && given <= most);

  const commit = () => {
    if (text.trim() === "" || wrong) setText(value === null ? "" : String(value));
    else if (given !== value) onChange(given);
  };
  const range = `${minimum ?? ""} to ${maximum ?? ""}${unit ? ` ${unit}` : ""}`;
  return (
    <div className={styles.number}>
      {nullable && (
        <span className={styles.without}>
          <Switch
            label={`${label}: ${without ?? "none"}`}
            checked={value === null}
            disabled={locked}
            onChange={(on) => onChange(on ? null : (setting.default ?? Math.max(0, least)))}
          />
          <span>{without ?? "none"}</span>
        </span>
      )}
      {value !== null && (
        <label>
          <span className="visually-hidden">{label}</span>
          <input
            className={field.field}
            inputMode="decimal"
            value={text}
            disabled={locked}
            aria-invalid={wrong || undefined}
            title={range}
            onChange={(event) => setText(event.target.value)}
            onBlur={commit}
            onKeyDown={(event) => event.key === "Enter" && commit()}
          />
          {unit && <span>{unit}</span>}
        </label>
      )}
      {wrong && (
        <small className={styles.wrong} role="alert">
          {range}
        </small>
      )}
    </div>
  );
}
