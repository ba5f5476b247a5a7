import { beforeEach, describe, expect, it, vi } from "vitest";
import { aPlayer, entry } from "@/test/player";
import { belongTogether } from "./crossfade";
import type { AlbumPlace } from "./session";

const on = (albumId: string, number: number | null, disc = 1): AlbumPlace => ({ albumId, disc, number });
const at = (n: number, place: AlbumPlace | null) => ({ ...entry(n), place });

beforeEach(() => {
  vi.useFakeTimers();
});

/** The first track plays and fades into the second one for four seconds. */
async function fading() {
  const player = aPlayer();
  const { core, play } = player;
  core.setCrossfade(4);
  await play();
  core.setNext(at(2, on("other", 1)));
  const first = player.graphs[0]!;
  const second = () => player.graphs[1]!;
  return { ...player, first, second };
}

describe("a crossfade", () => {
  it("lays the next track on its own timeline and lets both sound while one fades into the other", async () => {
    const { core, first, second, graphs, events } = await fading();
    await first.audio.run(35.5);
    expect(graphs).toHaveLength(2);
    expect(core.snapshot.entryId).toBe("e1");
    expect(second().audio.paused).toBe(true);
    await first.audio.run(1);
    expect(core.snapshot).toMatchObject({ entryId: "e2", playing: true, sounding: true });
    expect(events).toContainEqual({ type: "joined", entryId: "e2", previousId: "e1" });
    expect([first.audio.paused, second().audio.paused]).toEqual([false, false]);
    expect(Number(first.fades[0]!.replace("out ", ""))).toBeCloseTo(4, 0);
    expect(second().fades[0]).toContain("in ");
    await Promise.all([first.audio.run(5), second().audio.run(5)]);
    expect(first.closed).toBe(true);
    expect(second().closed).toBe(false);
    expect(second().audio.heard[0]).toBe("t2 original 0");
    expect(core.position).toBeGreaterThan(4);
  });

  it("ends at once when another track is chosen, or when it is paused", async () => {
    const { core, first, second, settle } = await fading();
    await first.audio.run(37);
    expect(core.snapshot.entryId).toBe("e2");
    core.pause();
    expect(first.closed).toBe(true);
    expect(second().audio.paused).toBe(true);
    void core.load(entry(3), 0, true);
    await settle();
    expect(core.snapshot.entryId).toBe("e3");
  });

  it("is prepared anew when something else is to follow, and not at all when nothing is", async () => {
    const { core, first, second } = await fading();
    await first.audio.run(30);
    core.setNext(at(3, null));
    expect(second().closed).toBe(true);
    await first.audio.run(1);
    core.setNext(null);
    await first.audio.run(20);
    expect(core.snapshot.entryId).toBe("e1");
    expect(core.snapshot.sounding).toBe(false);
  });

  it("leaves a track to its end where the next one cannot be had", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
    const { core, first, server, types } = await fading();
    server.fail("manifest t2", 404, "TRACK_NOT_FOUND", 9);
    await first.audio.run(42);
    expect(core.snapshot.entryId).toBe("e1");
    expect(types()).toContain("ended");
    expect(warn).toHaveBeenCalled();
  });

  it("follows the volume while it lasts", async () => {
    const { core, first, second } = await fading();
    await first.audio.run(37);
    core.setVolume(0.25);
    expect([first.volume, second().volume]).toEqual([0.25, 0.25]);
  });

  it("gives way to a join without a gap inside an album", async () => {
    const { core, settle, graphs, audio } = aPlayer();
    core.setCrossfade(6);
    void core.load(at(1, on("a", 1)), 0, true);
    await settle();
    core.setNext(at(2, on("a", 2)));
    await audio().run(36);
    expect(graphs).toHaveLength(1);
    expect(core.laid.map(({ trackId }) => trackId)).toEqual(["t1", "t2"]);
    core.setCrossfade(0);
    expect(core.laid).toHaveLength(2);
  });
});

describe("tracks that belong together", () => {
  it.each([
    [on("a", 1), on("a", 2), true],
    [on("a", 9, 1), on("a", 1, 2), true],
    [on("a", null), on("a", null), true],
    [on("a", 1), on("a", 3), false],
    [on("a", 1), on("b", 2), false],
    [on("a", 1), null, false],
  ])("%o and %o: %s", (a, b, together) => {
    expect(belongTogether(at(1, a), at(2, b))).toBe(together);
  });
});
