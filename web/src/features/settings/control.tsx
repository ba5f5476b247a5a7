import type { Setting } from "@/api/types";
import { formatUnit, wordsOf } from "@/lib/format";
import field from "@/ui/field.module.css";
import { Segmented } from "@/ui/segmented";
import { Slider } from "@/ui/slider";
import { Switch } from "@/ui/switch";
import { NumberField } from "./number-field";
import { Ranking } from "./ranking";
import { TextList } from "./text-list";

export interface ControlProps {
  setting: Setting;
  onChange: (value: unknown) => void;
}

const FEW = 3;

/** What a setting is set by: its type says which. */
export function Control({ setting, onChange }: ControlProps) {
  switch (setting.type) {
    case "boolean":
      return <Switch label={setting.label} checked={setting.value === true} disabled={setting.locked} onChange={onChange} />;
    case "number":
      return isShare(setting) ? <Share setting={setting} onChange={onChange} /> : <NumberField setting={setting} onChange={onChange} />;
    case "choice":
      return <Choice setting={setting} onChange={onChange} />;
    case "ranking":
      return <Ranking setting={setting} onChange={onChange} />;
    case "list":
      return <TextList setting={setting} onChange={onChange} />;
  }
}

function isShare({ minimum, maximum, unit, nullable }: Setting): boolean {
  return minimum === 0 && maximum === 1 && !unit && !nullable;
}

function Share({ setting, onChange }: ControlProps) {
  return (
    <Slider
      label={setting.label}
      value={Number(setting.value)}
      describe={(value) => formatUnit(value, "share", 0)}
      disabled={setting.locked}
      onCommit={onChange}
    />
  );
}

function Choice({ setting, onChange }: ControlProps) {
  const choices = setting.choices ?? [];
  if (choices.length <= FEW && !setting.locked) {
    const options = choices.map((value) => ({ value, label: wordsOf(value) }));
    return <Segmented label={setting.label} options={options} value={String(setting.value)} onChange={onChange} />;
  }
  return (
    <select className={field.field} aria-label={setting.label} value={String(setting.value)} disabled={setting.locked} onChange={(event) => onChange(event.target.value)}>
      {choices.map((value) => (
        <option key={value} value={value}>
          {wordsOf(value)}
        </option>
      ))}
    </select>
  );
}
