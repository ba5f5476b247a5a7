/** The way of the sound from the file to the ear, in words that leave nothing out. */

import { useQuery } from "@tanstack/react-query";
import { useShallow } from "zustand/react/shallow";
import { manifest as manifestQuery } from "@/api/queries";
import type { Enhancement, Manifest, Quality } from "@/api/types";
import { useApp } from "@/app/store";
import { formatUnit } from "@/lib/format";

const UNHEARD_DB = 0.05;

/** The manifest of a track as it plays: at the rate of this tab's timeline where it sounds here. */
export function useManifest(trackId: string | undefined) {
  const [preset, intensity, rate] = useApp(
    useShallow((state) => {
      const { preset, intensity } = state.player?.enhancement ?? { preset: "adaptive", intensity: 1 };
      return [preset, intensity, state.core.entryId === null ? null : state.core.rate] as const;
    }),
  );
  return useQuery({
    ...manifestQuery(trackId ?? "", preset, intensity, rate ?? undefined),
    enabled: trackId !== undefined,
    placeholderData: (old) => (old?.trackId === trackId ? old : undefined),
  });
}

/** What is heard, in a sentence. */
export function pathOf({ enabled }: Pick<Enhancement, "enabled">, manifest: Manifest | undefined, quality: Quality): string {
  if (!manifest) return enabled ? "Mastered for this very track" : "The original";
  const { original, enhanced } = manifest.variants;
  const mastered = enabled && enhanced !== null && enhanced.key !== original.key;
  const steps = manifest.alterations.map(({ words }) => words);
  const gainDb = (mastered ? enhanced : original).gainDb;
  if (Math.abs(gainDb) >= UNHEARD_DB) steps.push(`turned ${gainDb < 0 ? "down" : "up"} by ${formatUnit(Math.abs(gainDb), "dB")}`);
  if (quality === "save_data" && manifest.aac) steps.push(`sent as AAC at ${manifest.aac.bitrate / 1000} kbit/s`);
  if (mastered) return ["Mastered for this very track", ...steps].join(", ");
  const why = !enabled ? "The original" : enhanced ? "The original, as nothing has to be changed" : "The original, as there is no mastered sound yet";
  if (steps.length > 0) return [why, ...steps].join(", ");
  return enabled ? why : `${why}, nothing added`;
}
