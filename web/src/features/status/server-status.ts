/** How the server does: asked for once, then told by the socket every few seconds while somebody looks. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { serverStatus, type ServerStatus } from "@/api/queries";
import type { HealthSampled } from "@/api/types";
import { socket } from "@/app/auralis";
import { useApp } from "@/app/store";

const TOPIC = "health.sampled" as const;
const MOST_SAMPLES = 100;

export function useServerStatus() {
  const client = useQueryClient();
  const ready = useApp((state) => state.connection === "ready");
  useEffect(() => {
    if (!ready) return;
    void socket.request("connection.subscribe", { topics: [TOPIC] }).catch(() => undefined);
    const end = socket.on(TOPIC, ({ data }) => client.setQueryData(serverStatus().queryKey, (before) => before && advanced(before, data)));
    return () => {
      end();
      void socket.request("connection.unsubscribe", { topics: [TOPIC] }).catch(() => undefined);
    };
  }, [ready, client]);
  return useQuery(serverStatus());
}

/** The state after a sample: each figure's line goes on by one. */
export function advanced(before: ServerStatus, { sampledAt, figures, ...now }: HealthSampled): ServerStatus {
  const lines = { ...before.lines };
  for (const [name, value] of Object.entries(figures)) lines[name] = [...(lines[name] ?? []), value].slice(-MOST_SAMPLES);
  const health = { ...before.health, ...now.health, uptimeSeconds: before.health.uptimeSeconds + (sampledAt - before.at) / 1000 };
  return { ...before, ...now, health, lines, at: sampledAt };
}
