import { useEffect, useState, useSyncExternalStore } from "react";
import { send } from "@/api/http";
import type { Comparison as Matched } from "@/api/types";
import { conductor, core } from "@/app/auralis";
import { offerToggle } from "@/app/heard";
import { isPlaying } from "@/app/state";
import { useApp } from "@/app/store";
import { Comparison, type ComparisonState } from "@/player/comparison";
import { timelineRate } from "@/player/sound";

export interface Wanted {
  trackId: string;
  sampleRate: number;
  preset: string;
  intensity: number;
}

interface Use {
  player: Comparison;
  state: ComparisonState;
  /** How the server has matched the two; null while it is at it. */
  matched: Matched | null;
  error: Error | null;
  toggle: () => void;
}

/** Two sounds of a track side by side, for as long as this is on screen; whatever else plays is paused when they do. */
export function useComparison({ trackId, sampleRate, preset, intensity }: Wanted, start: number): Use {
  const [player] = useState(() => new Comparison(core.source));
  const state = useSyncExternalStore(
    (changed) => player.watch(changed),
    () => player.state,
  );
  const [answer, setAnswer] = useState<{ name: string; matched: Matched | null; error: Error | null } | null>(null);
  const name = `${trackId} ${preset} ${intensity}`;
  useEffect(() => {
    let overtaken = false;
    const volume = useApp.getState().player?.volume ?? 1;
    send<Matched>("POST", "/processing/compare", { trackId, rate: timelineRate(sampleRate, "flac"), preset, intensity }).then(
      ({ data }) => {
        if (overtaken) return;
        setAnswer({ name, matched: data, error: null });
        void player.load({ ...data, trackId, preset, intensity }, player.position || start, volume);
      },
      (error: Error) => !overtaken && setAnswer({ name, matched: null, error }),
    );
    return () => {
      overtaken = true;
    };
  }, [player, name, trackId, sampleRate, preset, intensity, start]);
  useEffect(() => () => player.close(), [player]);
  useEffect(() => offerToggle(() => player.choose(player.state.side === "a" ? "b" : "a")), [player]);
  const toggle = () => {
    if (state.playing) return player.pause();
    if (isPlaying(useApp.getState())) void conductor.pause();
    void player.play();
  };
  const known = answer?.name === name ? answer : null;
  return { player, state, matched: known?.matched ?? null, error: known?.error ?? state.error, toggle };
}
