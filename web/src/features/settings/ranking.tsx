import { ArrowDown, ArrowUp } from "lucide-react";
import { wordsOf } from "@/lib/format";
import { IconButton } from "@/ui/button";
import type { ControlProps } from "./control";
import styles from "./settings.module.css";

/** What comes before what. */
export function Ranking({ setting, onChange }: ControlProps) {
  const ranked = setting.value as string[];
  const swap = (index: number) => {
    const next = [...ranked];
    [next[index - 1], next[index]] = [next[index]!, next[index - 1]!];
    onChange(next);
  };
  return (
    <ol className={styles.items} aria-label={setting.label}>
      {ranked.map((name, index) => (
        <li key={name}>
          <span>
            {index + 1}. {wordsOf(name)}
          </span>
          <IconButton label={`${wordsOf(name)} up`} size="small" disabled={setting.locked || index === 0} onClick={() => swap(index)}>
            <ArrowUp size={16} />
          </IconButton>
          <IconButton label={`${wordsOf(name)} down`} size="small" disabled={setting.locked || index === ranked.length - 1} onClick={() => swap(index + 1)}>
            <ArrowDown size={16} />
          </IconButton>
        </li>
      ))}
    </ol>
  );
}
