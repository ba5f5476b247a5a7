import { useQuery } from "@tanstack/react-query";
import { useShallow } from "zustand/react/shallow";
import { fingerprint as fingerprintQuery, manifest as manifestQuery } from "@/api/queries";
import type { Manifest, Track } from "@/api/types";
import { useApp } from "@/app/store";
import { formatRate, formatUnit } from "@/lib/format";
import { Empty, Failure } from "@/ui/state";
import { Decisions } from "./decisions";
import { EnhancementControls } from "./enhancement-controls";
import { EqPlot } from "./eq-plot";
import { FingerprintRadar } from "./fingerprint-radar";
import styles from "./sound.module.css";

/** How the current track sounds, what is done to it, and why. */
export function SoundDetails() {
  const track = useApp((state) => state.player?.current?.track ?? null);
  return (
    <div className={styles.details}>
      <EnhancementControls />
      {track ? <TrackSound track={track} /> : <Empty title="Nothing is playing">Play something, and see here what is done to its sound, and why.</Empty>}
    </div>
  );
}

function TrackSound({ track }: { track: Track }) {
  const [preset, intensity, enabled] = useApp(
    useShallow((state) => {
      const { preset, intensity, enabled } = state.player?.enhancement ?? { preset: "adaptive", intensity: 1, enabled: false };
      return [preset, intensity, enabled] as const;
    }),
  );
  const manifest = useQuery({ ...manifestQuery(track.id, preset, intensity), placeholderData: (old) => (old?.trackId === track.id ? old : undefined) });
  if (manifest.error) return <Failure error={manifest.error} onRetry={() => void manifest.refetch()} />;
  if (!manifest.data) return <div className={styles.waiting} aria-busy="true" />;
  const plan = manifest.data.variants.enhanced?.plan;
  return (
    <>
      <BeforeAfter manifest={manifest.data} enabled={enabled} />
      {plan && (
        <section aria-labelledby="eq-title">
          <h3 id="eq-title">Equaliser</h3>
          <EqPlot eqDb={plan.eqCurveDb} active={enabled} />
        </section>
      )}
      {plan ? (
        <section aria-labelledby="why-title">
          <h3 id="why-title">Why it sounds like this</h3>
          <Decisions decisions={plan.decisions} />
        </section>
      ) : (
        <p className={styles.unavailable} role="status">
          {manifest.data.enhancedUnavailableReason ?? "There is no mastered sound of this track yet."}
        </p>
      )}
      <Fingerprint track={track} />
    </>
  );
}

function BeforeAfter({ manifest, enabled }: { manifest: Manifest; enabled: boolean }) {
  const { original, enhanced } = manifest.variants;
  const apart = enhanced && original.loudnessLufs !== null ? enhanced.loudnessLufs - original.loudnessLufs : null;
  return (
    <section aria-label="Before and after">
      <table className={styles.figures} data-enabled={(enabled && enhanced !== null) || undefined}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Figure</span>
            </th>
            <th scope="col">Original</th>
            <th scope="col">Enhanced</th>
          </tr>
        </thead>
        <tbody className="numeric">
          <tr>
            <th scope="row">Loudness</th>
            <td>{formatUnit(original.loudnessLufs, "LUFS")}</td>
            <td>{formatUnit(enhanced?.loudnessLufs, "LUFS")}</td>
          </tr>
          <tr>
            <th scope="row">True peak</th>
            <td>{formatUnit(original.truePeakDbtp, "dBTP", 1, true)}</td>
            <td>{enhanced ? `≤ ${formatUnit(enhanced.truePeakDbtp, "dBTP", 1, true)}` : "–"}</td>
          </tr>
        </tbody>
      </table>
      <p className={styles.note}>
        {apart !== null &&
          (Math.abs(apart) <= 0.15
            ? "Both play equally loud, so the switch compares sound, not level. "
            : `Enhanced plays ${formatUnit(Math.abs(apart), "LU")} ${apart > 0 ? "louder" : "softer"} than the original. `)}
        {formatRate(manifest.sourceSampleRate)}
        {manifest.sourceChannels === 1 ? ", mono" : manifest.sourceChannels > 2 ? `, ${manifest.sourceChannels} channels folded to stereo` : ""}
      </p>
    </section>
  );
}

function Fingerprint({ track }: { track: Track }) {
  const { data, error } = useQuery({ ...fingerprintQuery(track.id), enabled: track.fingerprint === "full" });
  if (track.fingerprint !== "full") return <p className={styles.note}>This track is being listened to; its fingerprint appears here when that is done.</p>;
  if (error) return <Failure error={error} />;
  if (!data) return <div className={styles.waiting} aria-busy="true" />;
  const tempo = data.dimensions.tempo_bpm;
  const facts: [string, string][] = [
    ["Key", `${data.key.tonic} ${data.key.mode}`],
    ["Tempo", formatUnit(tempo, "BPM", 0)],
    ["Loudness range", formatUnit(data.loudnessRangeLu, "LU")],
  ];
  return (
    <section aria-labelledby="fingerprint-title">
      <h3 id="fingerprint-title">Fingerprint</h3>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="numeric">{value}</dd>
          </div>
        ))}
      </dl>
      <FingerprintRadar fingerprint={data} />
    </section>
  );
}
