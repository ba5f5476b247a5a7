import { useQuery, useQueryClient } from "@tanstack/react-query";
import { SlidersHorizontal } from "lucide-react";
import { useEffect, useState } from "react";
import { settings as settingsQuery } from "@/api/queries";
import type { ClientMessages, Setting } from "@/api/types";
import { conductor, socket } from "@/app/auralis";
import { useApp } from "@/app/store";
import { changeSettings } from "@/features/settings/changes";
import { formatLength, wordsOf } from "@/lib/format";
import field from "@/ui/field.module.css";
import { Popover } from "@/ui/popover";
import { Segmented } from "@/ui/segmented";
import { Slider } from "@/ui/slider";
import { RepeatButton, ShuffleButton } from "./modes";
import styles from "./options.module.css";

const LONGEST_CROSSFADE = 12;
const MINUTES = [5, 15, 30, 45, 60, 90];
const LOUDNESS = "sound.loudness";
const TICK_MS = 10_000;

/** How the queue is played: order, crossfade, loudness, and when to stop. */
export function PlayingOptions({ side }: { side?: "above" | "below" }) {
  const sleeping = useApp((state) => Boolean(state.player?.sleep));
  return (
    <Popover label="Playing options" icon={<SlidersHorizontal size={18} />} active={sleeping} {...(side ? { side } : {})}>
      {() => (
        <div className={styles.options}>
          <div className={styles.row}>
            <h3>Order</h3>
            <span className={styles.modes}>
              <ShuffleButton />
              <RepeatButton />
            </span>
          </div>
          <Crossfade />
          <Loudness />
          <SleepTimer />
        </div>
      )}
    </Popover>
  );
}

function Crossfade() {
  const crossfade = useApp((state) => state.player?.crossfade ?? 0);
  const [held, setHeld] = useState<number | null>(null);
  const shown = held ?? crossfade;
  return (
    <section aria-label="Crossfade">
      <div className={styles.row}>
        <h3>Crossfade</h3>
        <output className="numeric">{shown === 0 ? "Off" : `${shown} s`}</output>
      </div>
      <Slider
        label="Crossfade"
        value={crossfade}
        max={LONGEST_CROSSFADE}
        step={1}
        describe={(value) => (value === 0 ? "off" : `${value} seconds`)}
        onMove={setHeld}
        onCommit={(value) => {
          setHeld(null);
          conductor.setCrossfade(value);
        }}
      />
      <p>Albums always play without a gap, as they were made.</p>
    </section>
  );
}

function Loudness() {
  const client = useQueryClient();
  const { data } = useQuery(settingsQuery());
  const setting = data?.find(({ name }) => name === LOUDNESS);
  if (!setting) return null;
  return (
    <section aria-label={setting.label} title={setting.help}>
      <h3>{setting.label}</h3>
      <Segmented
        label={setting.label}
        options={choicesOf(setting)}
        value={String(setting.value)}
        onChange={(value) => void changeSettings(client, { [LOUDNESS]: value })}
      />
    </section>
  );
}

function choicesOf({ choices }: Setting): { value: string; label: string }[] {
  return (choices ?? []).map((value) => ({ value, label: wordsOf(value) }));
}

function SleepTimer() {
  const sleep = useApp((state) => state.player?.sleep ?? null);
  const left = useSecondsUntil(sleep?.at ?? null);
  const choose = (value: string) => {
    const when: ClientMessages["player.sleep"] =
      value === "off" ? {} : value === "track" || value === "queue" ? { endOf: value } : { minutes: Number(value) };
    void conductor.sleep(when);
  };
  const value = sleep?.endOf ?? (sleep ? "running" : "off");
  return (
    <section aria-label="Sleep timer">
      <div className={styles.row}>
        <h3>Sleep timer</h3>
        {left !== null && <output className="numeric">{formatLength(left)} left</output>}
      </div>
      <select className={field.field} aria-label="Pause after" value={value} onChange={(event) => choose(event.target.value)}>
        <option value="off">Off</option>
        {value === "running" && <option value="running">Pauses after the time above</option>}
        {MINUTES.map((minutes) => (
          <option key={minutes} value={minutes}>
            After {minutes} minutes
          </option>
        ))}
        <option value="track">At the end of this track</option>
        <option value="queue">At the end of the queue</option>
      </select>
    </section>
  );
}

/** Seconds until a moment of the server's clock, told anew while it comes nearer. */
function useSecondsUntil(at: number | null): number | null {
  const [now, setNow] = useState(() => socket.serverNow());
  useEffect(() => {
    if (at === null) return;
    const look = () => setNow(socket.serverNow());
    look();
    const timer = setInterval(look, TICK_MS);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? null : Math.max(0, (at - now) / 1000);
}
