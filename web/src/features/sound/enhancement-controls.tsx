import { conductor } from "@/app/auralis";
import { useApp } from "@/app/store";
import { Choices } from "@/ui/choices";
import { Slider } from "@/ui/slider";
import { Switch } from "@/ui/switch";
import { pathOf, useManifest } from "./path";
import { PRESETS } from "./presets";
import styles from "./sound.module.css";

const STEP = 0.05;

/** The switch, the presets, and how strongly they are applied. */
export function EnhancementControls() {
  const enhancement = useApp((state) => state.player?.enhancement);
  const { data: manifest } = useManifest(useApp((state) => state.player?.current?.track.id));
  const quality = useApp((state) => state.player?.quality ?? "lossless");
  const { enabled = false, preset = "adaptive", intensity = 1 } = enhancement ?? {};
  const character = PRESETS.find(({ value }) => value === preset)?.character;
  return (
    <section className={styles.controls} data-enabled={enabled || undefined} aria-label="Enhancement">
      <div className={styles.lamp}>
        <div>
          <h3>{enabled ? "Enhanced" : "Original"}</h3>
          <p>{pathOf({ enabled }, manifest, quality)}</p>
        </div>
        <Switch label="Enhancement" checked={enabled} disabled={!enhancement} onChange={(on) => conductor.setEnhancement({ enabled: on })} />
      </div>
      <Choices
        label="Preset"
        options={PRESETS.map(({ value, label, character: hint }) => ({ value, label, hint }))}
        value={preset}
        onChange={(value) => conductor.setEnhancement({ preset: value })}
        className={styles.presets}
      />
      <p className={styles.character}>{character}</p>
      <div className={styles.intensity}>
        <span aria-hidden="true">Intensity</span>
        <Slider
          label="Intensity"
          value={intensity}
          step={STEP}
          describe={(value) => `${Math.round(value * 100)} percent`}
          onCommit={(value) => conductor.setEnhancement({ intensity: value })}
        />
        <output className="numeric">{Math.round(intensity * 100)}%</output>
      </div>
    </section>
  );
}
