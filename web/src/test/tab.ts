/** A tab of the player: the real conductor, core and socket client, on a fake browser, server and wire. */

import { vi } from "vitest";
import type { PlayerState } from "@/api/types";
import { Patience } from "@/lib/patience";
import { Conductor } from "@/player/conductor";
import { PlayerCore } from "@/player/core";
import { SocketClient } from "@/socket/client";
import { aTrack } from "./factories";
import { fakeBrowser } from "./media";
import { aPlayerState, FakeSocket } from "./socket";
import { FakeServer } from "./sounds";

export const item = (n: number) => ({ entryId: `e${n}`, lane: "context" as const, track: aTrack(n, { sampleRate: 48_000 }) });
const OFF = { enabled: false, preset: "adaptive", intensity: 1 };

export function aTab() {
  const browser = fakeBrowser();
  const server = new FakeServer();
  for (const n of [1, 2, 3, 4]) server.add(`t${n}`, 180 + n);
  const core = new PlayerCore(server, { openGraph: browser.openGraph, lead: { least: 0.35, first: 0.65 } });
  const sockets: FakeSocket[] = [];
  const client = new SocketClient({
    url: "ws://test/ws",
    clientName: "Test",
    open: () => {
      sockets.push(new FakeSocket());
      return sockets.at(-1)!;
    },
  });
  const notices: string[] = [];
  const patience = new Patience();
  const conductor = new Conductor(client, core, (_, message) => notices.push(message), patience);
  const end = conductor.start();
  let revision = 1;
  const socket = () => sockets.at(-1)!;
  const settle = () => vi.advanceTimersByTimeAsync(0);
  /** The server's next word. */
  const state = async (given: Partial<PlayerState>) => {
    revision += 1;
    const seconds = given.position?.seconds ?? 0;
    const position = { seconds, serverTime: Date.now(), rate: given.isPlaying ? 1 : 0 };
    socket().push("player.state", aPlayerState({ revision, enhancement: OFF, outputClientId: "me", ...given, position }));
    await settle();
  };
  const connect = async (given: Partial<PlayerState> = {}, clientId = "me") => {
    if (client.status === "closed") client.start();
    socket().open();
    socket().greet(aPlayerState({ revision, enhancement: OFF, ...given }), clientId);
    await settle();
  };
  const audio = () => browser.graphs.at(-1)!.audio;
  return { ...browser, server, core, client, conductor, patience, notices, end, socket, sockets, settle, state, connect, audio };
}
