import { Plus, X } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Button, IconButton } from "@/ui/button";
import field from "@/ui/field.module.css";
import type { ControlProps } from "./control";
import styles from "./settings.module.css";

/** Texts, each once; the spaces in them count, so they are shown. */
export function TextList({ setting, onChange }: ControlProps) {
  const items = setting.value as string[];
  const [text, setText] = useState("");
  const full = setting.maxItems !== null && setting.maxItems !== undefined && items.length >= setting.maxItems;
  const usable = text.trim() !== "" && !items.includes(text) && !full;
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (usable) onChange([...items, text]);
  };
  return (
    <div>
      <ul className={styles.chips} aria-label={setting.label}>
        {items.map((item) => (
          <li key={item}>
            <code>{item.replaceAll(" ", "\u00a0")}</code>
            {!setting.locked && (
              <IconButton label={`Remove “${item}”`} size="small" onClick={() => onChange(items.filter((one) => one !== item))}>
                <X size={15} />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {!setting.locked && (
        <form className={styles.adding} onSubmit={add}>
          <input
            className={field.field}
            aria-label={`Add to: ${setting.label}`}
            value={text}
            maxLength={setting.maxLength ?? undefined}
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" disabled={!usable}>
            <Plus size={16} aria-hidden="true" /> Add
          </Button>
        </form>
      )}
    </div>
  );
}
