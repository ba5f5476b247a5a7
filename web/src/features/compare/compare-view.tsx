import { useQuery } from "@tanstack/react-query";
import { Headphones, Pause, Play } from "lucide-react";
import { useRef, useState } from "react";
import { Link, useSearchParams } from "wouter";
import { track as trackQuery } from "@/api/queries";
import type { TrackDetail } from "@/api/types";
import { currentPosition } from "@/app/auralis";
import { useApp } from "@/app/store";
import { PRESETS } from "@/features/sound/presets";
import { formatTime, formatUnit, spokenTime } from "@/lib/format";
import { useFrames } from "@/lib/use-frames";
import type { Comparison } from "@/player/comparison";
import { Choices } from "@/ui/choices";
import { Cover } from "@/ui/cover";
import { PageHead } from "@/ui/page-head";
import { Segmented } from "@/ui/segmented";
import { Slider } from "@/ui/slider";
import { Empty, Failure, Loading } from "@/ui/state";
import { BlindTest } from "./blind-test";
import { useComparison } from "./use-comparison";
import styles from "./compare.module.css";

type Mode = "open" | "blind";
const MODES: { value: Mode; label: string }[] = [
  { value: "open", label: "A and B" },
  { value: "blind", label: "Blind test" },
];

/** Original and mastered sound of a track, level-matched and in phase: by a switch, or blind. */
export default function CompareView() {
  const [params] = useSearchParams();
  const current = useApp((state) => state.player?.current?.track.id ?? null);
  const [first] = useState(current);
  const id = params.get("track") ?? first ?? current;
  const { data, error, refetch } = useQuery({ ...trackQuery(id ?? ""), enabled: id !== null });
  if (id === null) {
    return (
      <Empty page icon={<Headphones size={28} />} title="Nothing to compare yet">
        Play a track, or choose “Compare the sounds” in its menu.
      </Empty>
    );
  }
  if (error) return <Failure error={error} onRetry={() => void refetch()} page />;
  if (!data) return <Loading label="Loading the track" page />;
  return <Compare key={data.id} track={data} />;
}

function Compare({ track }: { track: TrackDetail }) {
  const enhancement = useApp((state) => state.player?.enhancement);
  const [preset, setPreset] = useState(enhancement?.preset ?? "adaptive");
  const [intensity, setIntensity] = useState(enhancement?.intensity || 1);
  const [mode, setMode] = useState<Mode>("open");
  const [start] = useState(() => (useApp.getState().player?.current?.track.id === track.id ? currentPosition() : 0));
  const { player, state, matched, error, toggle } = useComparison({ trackId: track.id, sampleRate: track.sampleRate, preset, intensity }, start);
  const ready = matched !== null && state.duration > 0;
  return (
    <>
      <PageHead title="Compare" sub="Both as loud as each other and in phase: what you hear is the difference in sound, not in level.">
        <Segmented label="How" options={MODES} value={mode} onChange={setMode} />
      </PageHead>
      <section className={styles.deck} aria-label="Sounds">
        <div className={styles.track}>
          <Cover artworkId={track.artworkId} name={track.album ?? track.title} size={64} className={styles.cover} />
          <div>
            <h2>{track.title}</h2>
            <p>{track.albumId ? <Link href={`/albums/${track.albumId}`}>{track.artist ?? "Unknown artist"}</Link> : (track.artist ?? "Unknown artist")}</p>
          </div>
        </div>
        <div className={styles.transport}>
          <button type="button" className={styles.play} aria-label={state.playing ? "Pause the comparison" : "Play the comparison"} disabled={!ready} onClick={toggle}>
            {state.playing ? <Pause size={22} fill="currentColor" /> : <Play size={22} fill="currentColor" />}
          </button>
          <Place player={player} duration={state.duration} moving={state.playing} />
        </div>
        {mode === "open" ? (
          <Sides side={state.side} preset={preset} onChoose={(side) => player.choose(side)} disabled={!ready} />
        ) : (
          <BlindTest key={`${preset} ${intensity}`} player={player} side={state.side} trackId={track.id} preset={preset} intensity={intensity} disabled={!ready} />
        )}
        {error && <Failure error={error} />}
        {matched && mode === "open" && (
          <p className={styles.matched}>
            Both play at {formatUnit(matched.playsAtLufs, "LUFS")}: the original {formatUnit(matched.a.gainDb, "dB", 2, true)}, the mastered sound{" "}
            {formatUnit(matched.b.gainDb, "dB", 2, true)}.
          </p>
        )}
      </section>
      <section className={styles.choice} aria-labelledby="what-title">
        <h2 id="what-title">What B is</h2>
        <Choices label="Preset of B" options={PRESETS.map(({ value, label, character: hint }) => ({ value, label, hint }))} value={preset} onChange={setPreset} className={styles.presets} />
        <p className={styles.matched}>{PRESETS.find(({ value }) => value === preset)?.character}</p>
        <div className={styles.intensity}>
          <span aria-hidden="true">Intensity</span>
          <Slider label="Intensity of B" value={intensity} min={0.05} step={0.05} describe={(value) => `${Math.round(value * 100)} percent`} onCommit={setIntensity} />
          <output className="numeric">{Math.round(intensity * 100)}%</output>
        </div>
      </section>
    </>
  );
}

interface SidesProps {
  side: "a" | "b";
  preset: string;
  disabled: boolean;
  onChoose: (side: "a" | "b") => void;
}

function Sides({ side, preset, disabled, onChoose }: SidesProps) {
  const sounds = [
    { value: "a", name: "Original", about: "As it was recorded" },
    { value: "b", name: "Mastered", about: PRESETS.find(({ value }) => value === preset)?.label ?? preset },
  ] as const;
  return (
    <div role="group" aria-label="Which sound is heard" className={styles.sides}>
      {sounds.map(({ value, name, about }) => (
        <button key={value} type="button" aria-pressed={side === value} data-side={value} disabled={disabled} onClick={() => onChoose(value)}>
          <b aria-hidden="true">{value.toUpperCase()}</b>
          <span>
            {name}
            <small>{about}</small>
          </span>
        </button>
      ))}
      <p className={styles.hint}>
        <kbd>A</kbd> changes over
      </p>
    </div>
  );
}

function Place({ player, duration, moving }: { player: Comparison; duration: number; moving: boolean }) {
  const slider = useRef<HTMLInputElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  const held = useRef(false);
  useFrames(() => {
    if (held.current || !slider.current || !time.current) return;
    const { position } = player;
    slider.current.value = String(position);
    slider.current.style.setProperty("--fill", String(duration > 0 ? position / duration : 0));
    slider.current.setAttribute("aria-valuetext", `${spokenTime(position)} of ${spokenTime(duration)}`);
    time.current.textContent = formatTime(position);
  }, moving);
  return (
    <>
      <span ref={time} className={`${styles.time} numeric`} aria-hidden="true" />
      <input
        ref={slider}
        type="range"
        className={styles.place}
        aria-label="Place in the track"
        min={0}
        max={duration || 1}
        step={1}
        defaultValue={0}
        disabled={duration === 0}
        onPointerDown={() => (held.current = true)}
        onPointerUp={() => (held.current = false)}
        onChange={(event) => void player.seek(Number(event.target.value))}
      />
      <span className={`${styles.time} numeric`} aria-hidden="true">
        {formatTime(duration)}
      </span>
    </>
  );
}
