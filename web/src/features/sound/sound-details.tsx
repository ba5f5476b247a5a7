import { useQuery } from "@tanstack/react-query";
import { Headphones } from "lucide-react";
import { Link } from "wouter";
import { fingerprint as fingerprintQuery, similar as similarQuery } from "@/api/queries";
import type { Manifest, PlayContext, SimilarTrack, Track } from "@/api/types";
import { conductor } from "@/app/auralis";
import { useApp } from "@/app/store";
import { agreement } from "@/features/similar/reasons";
import { formatRate, formatUnit } from "@/lib/format";
import { Empty, Failure } from "@/ui/state";
import { Decisions } from "./decisions";
import { EnhancementControls } from "./enhancement-controls";
import { EqPlot } from "./eq-plot";
import { References } from "./references";
import { Meters } from "./meters";
import { FingerprintRadar } from "./fingerprint-radar";
import { useManifest } from "./path";
import styles from "./sound.module.css";

const ALIKE = 5;

/** How the current track sounds, what is done to it, and why. */
export function SoundDetails() {
  const track = useApp((state) => state.player?.current?.track ?? null);
  return (
    <div className={styles.details}>
      <EnhancementControls />
      <References />
      {track ? <TrackSound track={track} /> : <Empty title="Nothing is playing">Play something, and see here what is done to its sound, and why.</Empty>}
    </div>
  );
}

function TrackSound({ track }: { track: Track }) {
  const enabled = useApp((state) => state.player?.enhancement.enabled ?? false);
  const manifest = useManifest(track.id);
  if (manifest.error) return <Failure error={manifest.error} onRetry={() => void manifest.refetch()} />;
  if (!manifest.data) return <div className={styles.waiting} aria-busy="true" />;
  const plan = manifest.data.variants.enhanced?.plan;
  return (
    <>
      <Meters />
      <BeforeAfter manifest={manifest.data} enabled={enabled} />
      <Link href={`/compare?track=${track.id}`} className={styles.compare}>
        <Headphones size={17} aria-hidden="true" /> Compare them by ear
      </Link>
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
  const facts: [string, string, string][] = [
    ["Key", `${data.key.tonic} ${data.key.mode}`, `${formatUnit(data.key.confidence, "share", 0)} certain`],
    ["Tempo", formatUnit(tempo, "BPM", 0), `else ${formatUnit(data.tempoAlternativeBpm, "BPM", 0)}`],
    ["Loudness range", formatUnit(data.loudnessRangeLu, "LU"), `peak ${formatUnit(data.truePeakDbtp, "dBTP", 1, true)}`],
  ];
  return (
    <section aria-labelledby="fingerprint-title">
      <h3 id="fingerprint-title">Fingerprint</h3>
      <dl className={styles.facts}>
        {facts.map(([name, value, more]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="numeric">
              {value}
              <small>{more}</small>
            </dd>
          </div>
        ))}
      </dl>
      <FingerprintRadar fingerprint={data} />
      <Alike track={track} />
    </section>
  );
}

/** The few tracks that sound most like this one. */
function Alike({ track }: { track: Track }) {
  const { data } = useQuery(similarQuery([track.id], [], ALIKE));
  if (!data || data.items.length === 0) return null;
  return (
    <section aria-labelledby="alike-title" className={styles.alike}>
      <h3 id="alike-title">Sounds like this</h3>
      <ul>
        {data.items.map(({ track: other, agrees }) => (
          <li key={other.id}>
            <button type="button" disabled={other.missing} onClick={() => void conductor.playTrack(other, { trackId: other.id, context: contextOf(track, data.items) })}>
              <span>{other.title}</span>
              <small className="numeric">{agrees[0] ? agreement(agrees[0]) : other.artist}</small>
            </button>
          </li>
        ))}
      </ul>
      <Link href={`/similar?track=${track.id}`}>More like this</Link>
    </section>
  );
}

function contextOf(track: Track, items: SimilarTrack[]): PlayContext {
  return { type: "tracks", trackIds: [track.id, ...items.map((item) => item.track.id)] };
}
