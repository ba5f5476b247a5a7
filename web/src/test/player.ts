/** A player core on a fake browser and a fake server, and what it said. */

import { vi } from "vitest";
import { PlayerCore } from "@/player/core";
import type { CoreEvent } from "@/player/core-state";
import { fakeBrowser, type FakeAudio } from "./media";
import { FakeServer } from "./sounds";

export const LEAD = { least: 0.35, first: 0.65 };

export const entry = (n: number, sampleRate = 48_000) => ({ entryId: `e${n}`, trackId: `t${n}`, sampleRate });

export function aPlayer() {
  const browser = fakeBrowser();
  const server = new FakeServer();
  for (const n of [1, 2, 3]) server.add(`t${n}`, 40);
  const core = new PlayerCore(server, { openGraph: browser.openGraph, lead: LEAD });
  const events: CoreEvent[] = [];
  core.on((event) => events.push(event));
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const audio = (): FakeAudio => browser.graphs.at(-1)!.audio;
  const play = async (n = 1, at = 0) => {
    void core.load(entry(n), at, true);
    await settle();
    await audio().run(0.1);
  };
  const types = () => events.map((event) => event.type);
  return { ...browser, server, core, events, types, settle, audio, play };
}
