import { useEffect, useEffectEvent } from "react";
import type { ServerMessages } from "@/api/types";
import { socket } from "./auralis";
import { useApp } from "./store";

/** What is told only to those who ask for it. */
type Topic = "audio.analysis" | "health.sampled";

/** Hear of a topic while this is on screen; a connection that comes back is asked again. */
export function useTopic<T extends Topic>(topic: T, hear: (data: ServerMessages[T]) => void): void {
  const ready = useApp((state) => state.connection === "ready");
  const heard = useEffectEvent(hear);
  useEffect(() => {
    if (!ready) return;
    void socket.request("connection.subscribe", { topics: [topic] }).catch(() => undefined);
    const end = socket.on(topic, ({ data }) => heard(data));
    return () => {
      end();
      void socket.request("connection.unsubscribe", { topics: [topic] }).catch(() => undefined);
    };
  }, [ready, topic]);
}
