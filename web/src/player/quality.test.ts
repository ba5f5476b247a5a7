import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Enhancement } from "@/api/types";
import { fakeBrowser } from "@/test/media";
import { aPlayer, entry } from "@/test/player";

const WARM: Enhancement = { enabled: true, preset: "warm", intensity: 1 };

beforeEach(() => {
  vi.useFakeTimers();
});

describe("saving data", () => {
  it("fetches AAC and joins it where the tracks' own samples end", async () => {
    const { core, audio, play } = aPlayer();
    core.setQuality("save_data");
    await play();
    core.setNext(entry(2));
    await audio().run(18);
    expect(audio().heard).toEqual(["0", "1", "2", "3", "4"].map((index) => `t1 original ${index} aac`));
    const laid = [...audio().buffer.laid].sort((a, b) => a.start - b.start);
    laid.slice(1).forEach(({ start }, index) => expect(start).toBeCloseTo(laid[index]!.end, 6));
    expect(core.snapshot.underruns).toBe(0);
  });

  it("fades from one sound to another all the same", async () => {
    const { core, audio, play } = aPlayer();
    core.setQuality("save_data");
    await play();
    await audio().run(2);
    void core.setEnhancement(WARM);
    await audio().run(9);
    expect(audio().heard).toEqual(["t1 original 0 aac", "t1 original 1 aac", "t1 original>warm aac", "t1 warm 3 aac"]);
  });

  it("goes on where it is when it is chosen while something plays, and back", async () => {
    const { core, audio, play, settle, graphs } = aPlayer();
    await play();
    await audio().run(4);
    core.setQuality("save_data");
    await settle();
    await audio().run(0.2);
    expect(core.position).toBeCloseTo(4.3, 0);
    expect(audio().heard).toEqual(["t1 original 2 aac"]);
    expect(graphs[0]!.closed).toBe(true);
    core.setQuality("lossless");
    await settle();
    await audio().run(0.2);
    expect(audio().heard).toEqual(["t1 original 2"]);
  });

  it("stays lossless in a browser that does not know AAC", async () => {
    const { core, audio, play } = aPlayer();
    vi.spyOn(MediaSource, "isTypeSupported").mockImplementation((type) => type.includes("flac"));
    core.setQuality("save_data");
    await play();
    expect(audio().heard).toEqual(["t1 original 0"]);
    fakeBrowser();
  });
});
