import { useQuery } from "@tanstack/react-query";
import { Orbit, Play } from "lucide-react";
import { useCallback } from "react";
import { Link, useSearchParams } from "wouter";
import { similar as similarQuery, track as trackQuery } from "@/api/queries";
import type { SimilarTrack, SimilarTracks, Track } from "@/api/types";
import { useApp } from "@/app/store";
import { QueueButtons } from "@/features/tracks/queue-buttons";
import { useTrackMenu } from "@/features/tracks/track-menu";
import { playAll, playIn } from "@/features/tracks/use-play";
import { plural } from "@/lib/format";
import { Button } from "@/ui/button";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";
import { Match } from "./match";
import { Ranges } from "./ranges";
import styles from "./similar.module.css";

/** Tracks that sound like one, the nearest first, with the reasons; narrowed to ranges of what was measured. */
export default function SimilarView() {
  const [params, setParams] = useSearchParams();
  const current = useApp((state) => state.player?.current?.track.id ?? null);
  const id = params.get("track") ?? (params.has("range") ? null : current);
  const ranges = params.getAll("range");
  const reference = useQuery({ ...trackQuery(id ?? ""), enabled: id !== null });
  const asks = id !== null || ranges.length > 0;
  const found = useQuery({ ...similarQuery(id === null ? [] : [id], ranges), enabled: asks, placeholderData: (old) => old });
  const narrow = (next: string[]) => {
    const changed = new URLSearchParams(id === null ? {} : { track: id });
    next.forEach((range) => changed.append("range", range));
    setParams(changed, { replace: true });
  };
  const error = reference.error ?? found.error;
  return (
    <>
      <PageHead title="More like this" sub={<About reference={reference.data ?? null} found={found.data ?? null} />}>
        {found.data && found.data.items.length > 0 && <PlayThem items={found.data.items} name={reference.data?.title ?? "These"} />}
      </PageHead>
      <Ranges ranges={ranges} onChange={narrow} />
      {error && <Failure error={error} onRetry={() => void found.refetch()} />}
      {!asks && (
        <Empty icon={<Orbit size={28} />} title="Like what?">
          Play a track, choose “More like this” in its menu, or say above how it should sound.
        </Empty>
      )}
      {asks && found.isPending && !error && <Loading label="Comparing the sounds" />}
      {found.data?.items.length === 0 && <Empty title="Nothing sounds like that">Wider ranges find more; tracks that were not analysed yet are not found.</Empty>}
      {found.data && found.data.items.length > 0 && <Matches found={found.data} />}
    </>
  );
}

function About({ reference, found }: { reference: Track | null; found: SimilarTracks | null }) {
  return (
    <>
      {reference && (
        <>
          Sounds like “{reference.title}” by {reference.artist ?? "an unknown artist"}
          {found && " · "}
        </>
      )}
      {found && `${plural(found.basis.tracks, "track")} compared`}
    </>
  );
}

function PlayThem({ items, name }: { items: SimilarTrack[]; name: string }) {
  const context = { type: "tracks" as const, trackIds: items.map(({ track }) => track.id) };
  return (
    <>
      <Button tone="solid" onClick={() => playAll(context)}>
        <Play size={17} fill="currentColor" aria-hidden="true" /> Play
      </Button>
      <QueueButtons context={context} what={`What sounds like “${name}”`} />
    </>
  );
}

function Matches({ found }: { found: SimilarTracks }) {
  const { items } = found;
  const onPlay = useCallback(
    (track: Track) => !track.missing && playIn({ type: "tracks", trackIds: items.map((item) => item.track.id) })(track),
    [items],
  );
  const { openMenu, menu } = useTrackMenu(onPlay);
  return (
    <>
      <ol className={styles.list} aria-label="Tracks that sound alike">
        {items.map((item) => (
          <Match key={item.track.id} item={item} onPlay={onPlay} onMenu={openMenu} />
        ))}
      </ol>
      <p className={styles.note}>
        Distance is told in usual spreads of {found.basis.fittedOn > 0 ? "your own library" : "music"}: 0 is the same sound.{" "}
        <Link href="/map">The map</Link> shows all of it at once.
      </p>
      {menu}
    </>
  );
}
