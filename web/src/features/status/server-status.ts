/** How the server does: asked for once, then told by the socket every few seconds while somebody looks. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { serverStatus, type ServerStatus } from "@/api/queries";
import type { HealthSampled } from "@/api/types";
import { useTopic } from "@/app/use-topic";

const MOST_SAMPLES = 100;

export function useServerStatus() {
  const client = useQueryClient();
  useTopic("health.sampled", (data) => {
    client.setQueryData(serverStatus().queryKey, (before) => before && advanced(before, data));
  });
  return useQuery(serverStatus());
}

/** The state after a sample: each figure's line goes on by one. */
export function advanced(before: ServerStatus, { sampledAt, figures, ...now }: HealthSampled): ServerStatus {
  const lines = { ...before.lines };
  for (const [name, value] of Object.entries(figures)) lines[name] = [...(lines[name] ?? []), value].slice(-MOST_SAMPLES);
  const health = { ...before.health, ...now.health, uptimeSeconds: before.health.uptimeSeconds + (sampledAt - before.at) / 1000 };
  return { ...before, ...now, health, lines, at: sampledAt };
}
