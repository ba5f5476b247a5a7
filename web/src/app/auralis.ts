/** The composition root: one socket, one player core, one conductor, and the store and queries that they feed. */

import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/http";
import { listeningOf } from "@/api/listening";
import { JOBS, invalidateHistory, invalidateLibrary, invalidatePlaylists, invalidateReferences, invalidateSettings, invalidateTrack } from "@/api/queries";
import { finished, followProgress } from "@/features/jobs/changes";
import { lay } from "@/features/listening/listening";
import { throttled } from "@/lib/throttled";
import { Conductor } from "@/player/conductor";
import { PlayerCore } from "@/player/core";
import { HttpSoundSource } from "@/player/sound-source";
import { SocketClient, socketUrl } from "@/socket/client";
import { ownName } from "./client-name";
import { isOutput, type AppState } from "./state";
import { dispatch, notify, patience, useApp } from "./store";

const LIBRARY_REFRESH_MS = 1_500;
const PLAYLIST_MESSAGES = [
  "playlist.created",
  "playlist.updated",
  "playlist.deleted",
  "playlist.tracksAdded",
  "playlist.trackRemoved",
  "playlist.cleared",
] as const;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Infinity, // the socket says when something has changed
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

export const socket = new SocketClient({ url: socketUrl(location), clientName: ownName() });
export const core = new PlayerCore(new HttpSoundSource());
export const conductor = new Conductor(socket, core, notify, patience);

/** Connect everything and open the socket; returns how to take it down again. */
export function start(): () => void {
  const refreshLibrary = throttled(() => invalidateLibrary(queryClient), LIBRARY_REFRESH_MS);
  let analysing = false;
  let lost = false;
  const ends = [
    socket.onStatus((status) => {
      dispatch({ type: "connection", status });
      if (status === "waiting") lost = true;
    }),
    socket.on("connection.ready", ({ data }) => {
      dispatch({ type: "ready", data });
      if (lost) {
        refreshLibrary();
        invalidatePlaylists(queryClient);
        invalidateHistory(queryClient);
        invalidateSettings(queryClient);
        void queryClient.invalidateQueries({ queryKey: [JOBS] });
      }
      lost = false;
    }),
    socket.on("player.state", ({ data }) => dispatch({ type: "player", data })),
    socket.on("clients.changed", ({ data }) => dispatch({ type: "clients", data: data.clients })),
    socket.on("queue.state", ({ data }) => dispatch({ type: "queue", data })),
    socket.on("queue.updated", ({ data }) => {
      const known = useApp.getState().queue?.revision;
      dispatch({ type: "queueChanged", data });
      // A change of many entries is followed by the whole state; one that was missed is not.
      if (data.splices !== null && known !== undefined && known < data.fromRevision) void askForQueue();
    }),
    socket.on("scan.started", ({ data }) => dispatch({ type: "scan", data })),
    socket.on("scan.progress", ({ data }) => dispatch({ type: "scan", data })),
    socket.on("scan.complete", ({ data }) => {
      dispatch({ type: "scan", data });
      refreshLibrary();
    }),
    socket.on("scan.error", ({ data }) => {
      dispatch({ type: "scan", data });
      notify("error", data.reason ?? "The scan could not go on.");
    }),
    socket.on("job.progress", ({ data }) => {
      if (data.kind === "master") return followProgress(queryClient, data);
      dispatch({ type: "analysis", data });
      if (analysing && data.state === "idle") refreshLibrary();
      analysing = data.state === "running";
    }),
    socket.on("job.done", ({ data }) => finished(queryClient, data)),
    socket.on("job.failed", ({ data }) => finished(queryClient, data)),
    socket.on("library.updated", refreshLibrary),
    socket.on("album.updated", refreshLibrary),
    socket.on("artist.updated", refreshLibrary),
    socket.on("album.updated", refreshLibrary),
    socket.on("artist.updated", refreshLibrary),
    socket.on("track.updated", ({ data }) => {
      const listening = listeningOf(data);
      if (listening) {
        lay(queryClient, data.trackId, listening);
        if (listening.playCount !== undefined) invalidateHistory(queryClient);
        return;
      }
      if (data.fingerprint) dispatch({ type: "analysed", trackId: data.trackId });
      else refreshLibrary();
      invalidateTrack(queryClient, data.trackId);
    }),
    ...PLAYLIST_MESSAGES.map((type) => socket.on(type, ({ data }) => invalidatePlaylists(queryClient, data.playlist.id))),
    socket.on("reference.loaded", () => invalidateReferences(queryClient)),
    socket.on("settings.changed", () => invalidateSettings(queryClient)),
    socket.on("settings.reset", () => invalidateSettings(queryClient)),
    socket.on("notification", ({ data }) => notify(data.level, data.message)),
    core.watch(() => dispatch({ type: "core", data: core.snapshot })),
    keepQueueInView(),
    onTouch(() => conductor.stir()),
    conductor.start(),
  ];
  socket.start();
  return () => {
    socket.stop();
    for (const end of ends) end();
  };
}

/** Call `stir` at every key and press; returns how to stop. */
function onTouch(stir: () => void): () => void {
  const kinds = ["pointerdown", "keydown"] as const;
  for (const kind of kinds) addEventListener(kind, stir, { capture: true, passive: true });
  return () => kinds.forEach((kind) => removeEventListener(kind, stir, { capture: true }));
}

/** Seconds into the current track right now: what is heard here, else what the server's clock says. */
export function currentPosition(state: AppState = useApp.getState()): number {
  if (core.snapshot.entryId !== null && (isOutput(state) || state.connection !== "ready")) return core.position;
  if (!state.player) return 0;
  const { seconds, serverTime, rate } = state.player.position;
  const elapsed = Math.max(0, socket.serverNow() - serverTime) / 1000;
  return Math.min(state.player.duration ?? Infinity, seconds + rate * elapsed);
}

/** The server sends a window of a long queue: ask for another one when the current entry comes near its edge. */
function keepQueueInView(): () => void {
  let asked: string | null = null;
  return useApp.subscribe(({ queue, player, connection }) => {
    const entryId = player?.current?.entryId;
    if (!queue || !entryId || connection !== "ready" || queue.entries.length >= queue.total) return;
    const index = queue.entries.findIndex((entry) => entry.entryId === entryId);
    const atEnd = queue.offset + queue.entries.length >= queue.total;
    const inView = index >= 0 && (atEnd || index < queue.entries.length - 20);
    if (inView || asked === entryId) return;
    asked = entryId;
    void askForQueue();
  });
}

async function askForQueue(): Promise<void> {
  await socket.request("queue.get", {}).catch(() => undefined);
}
