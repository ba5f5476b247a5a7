import { useQuery } from "@tanstack/react-query";
import { Map as MapIcon } from "lucide-react";
import { useMemo, useState } from "react";
import { dimensions as dimensionsQuery, map as mapQuery } from "@/api/queries";
import type { DimensionInfo, LibraryMap } from "@/api/types";
import { useApp } from "@/app/store";
import { nameOf } from "@/features/similar/reasons";
import { drawnAt } from "@/features/sound/dimension-scale";
import { formatUnit, plural } from "@/lib/format";
import field from "@/ui/field.module.css";
import { PageHead } from "@/ui/page-head";
import { Empty, Failure, Loading } from "@/ui/state";
import { Atlas } from "./atlas";
import styles from "./map.module.css";

/** The whole library by its sound: what lies near sounds alike. */
export default function MapView() {
  const [dimension, setDimension] = useState("loudness_lufs");
  const playing = useApp((state) => state.player?.current?.track.id ?? null);
  const [first] = useState(playing);
  const { data, error, refetch } = useQuery({ ...mapQuery(dimension, first), placeholderData: (old) => old });
  const { data: infos } = useQuery(dimensionsQuery());
  if (error) return <Failure error={error} onRetry={() => void refetch()} page />;
  if (!data) return <Loading label="Drawing the map" page />;
  if (data.ids.length === 0) {
    return (
      <Empty page icon={<MapIcon size={28} />} title="No map yet">
        Every track that was analysed gets its place on it. The first ones come soon.
      </Empty>
    );
  }
  return (
    <>
      <PageHead title="Map" sub={<>{plural(data.basis.tracks, "track")}; what lies near sounds alike</>}>
        <label className={styles.colour}>
          <span>Colour</span>
          <select className={field.field} value={dimension} onChange={(event) => setDimension(event.target.value)}>
            {infos?.map(({ name }) => (
              <option key={name} value={name}>
                {nameOf(name)}
              </option>
            ))}
          </select>
        </label>
      </PageHead>
      <Coloured map={data} info={infos?.find(({ name }) => name === data.dimension)} />
    </>
  );
}

function Coloured({ map, info }: { map: LibraryMap; info: DimensionInfo | undefined }) {
  const { shares, low, high } = useMemo(() => scaled(map), [map]);
  return (
    <>
      <Atlas map={map} shares={shares} />
      {info && low !== null && (
        <p className={`${styles.legend} numeric`}>
          <span>
            {nameOf(info.name)} {formatUnit(low, info.unit)}
          </span>
          <i aria-hidden="true" />
          <span>{formatUnit(high, info.unit)}</span>
        </p>
      )}
    </>
  );
}

/** Values as shares between the lowest and the highest one, on the dimension's own scale. */
export function scaled({ values, dimension }: Pick<LibraryMap, "values" | "dimension">): { shares: number[] | null; low: number | null; high: number | null } {
  if (!values || dimension === null || values.length === 0) return { shares: null, low: null, high: null };
  const places = values.map((value) => drawnAt(dimension, value));
  const [least, most] = [Math.min(...places), Math.max(...places)];
  const shares = places.map((place) => (most > least ? (place - least) / (most - least) : 0.5));
  return { shares, low: Math.min(...values), high: Math.max(...values) };
}
