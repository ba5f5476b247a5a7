import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeAudio, fakeBrowser } from "@/test/media";
import { mediaSourceClass } from "./deck";
import { Graph } from "./graph";

const steps: string[] = [];

class FakeParam {
  value = 0;
  cancelScheduledValues = vi.fn();
  setValueAtTime = vi.fn();
  linearRampToValueAtTime = vi.fn((value: number) => (this.value = value));
}

class FakeNode {
  gain = new FakeParam();
  constructor(
    readonly name: string,
    options?: { gain?: number },
  ) {
    this.gain.value = options?.gain ?? 0;
  }
  connect(next: FakeNode): FakeNode {
    steps.push(`${this.name}>${next.name}`);
    return next;
  }
}

class FakeContext {
  sampleRate: number;
  currentTime = 1;
  state = "running";
  destination = new FakeNode("out");
  close = vi.fn(async () => undefined);
  constructor(options: { sampleRate: number }) {
    this.sampleRate = options.sampleRate;
  }
  createMediaElementSource(): FakeNode {
    steps.push("wired");
    return new FakeNode("element");
  }
}

let gain: FakeNode;

beforeEach(() => {
  steps.length = 0;
  fakeBrowser();
  vi.stubGlobal("AudioContext", FakeContext);
  vi.stubGlobal("GainNode", function (_: unknown, options: { gain: number }) {
    gain = new FakeNode("gain", options);
    return gain;
  });
  vi.stubGlobal("AnalyserNode", function () {
    return new FakeNode("analyser");
  });
  vi.stubGlobal(
    "Audio",
    class extends FakeAudio {
      override set src(value: string) {
        steps.push("src");
        super.src = value;
      }
    },
  );
});

describe("the audio graph", () => {
  it("wires the element before it has an address, at the rate asked for", async () => {
    const graph = await Graph.open(48_000, 0.5);
    expect(graph.rate).toBe(48_000);
    expect(steps).toEqual(["wired", "element>gain", "gain>analyser", "analyser>out", "src"]);
    expect(gain.gain.value).toBe(0.25);
  });

  it("moves the volume by a short ramp that ends exactly there", async () => {
    const graph = await Graph.open(44_100, 0.5);
    graph.setVolume(1);
    expect(gain.gain.linearRampToValueAtTime).toHaveBeenCalledWith(1, 1.015);
    graph.close();
    expect((graph.context as unknown as FakeContext).close).toHaveBeenCalled();
    await expect(graph.deck.append(new ArrayBuffer(1), 0)).rejects.toMatchObject({ name: "AbortError" });
  });

  it("adds a track's level to the volume", async () => {
    const graph = await Graph.open(44_100, 1);
    graph.setLevel(-20);
    expect(gain.gain.value).toBeCloseTo(0.1);
    graph.setVolume(0.5);
    expect(gain.gain.value).toBeCloseTo(0.025);
  });

  it("fails clearly where a browser cannot stream FLAC", async () => {
    vi.stubGlobal("MediaSource", undefined);
    await expect(Graph.open(44_100, 1)).rejects.toThrow("cannot stream FLAC");
    expect(mediaSourceClass({})).toBeNull();
    const Managed = Object.assign(() => undefined, { isTypeSupported: () => true });
    expect(mediaSourceClass({ ManagedMediaSource: Managed })).toBe(Managed);
  });

  it("tells an append that the browser cannot decode", async () => {
    const { graphs, openGraph } = fakeBrowser();
    await openGraph(1000, 1);
    const { deck, audio } = graphs[0]!;
    audio.buffer.failNext = true;
    audio.buffer.appendBuffer = function (this: EventTarget) {
      queueMicrotask(() => this.dispatchEvent(new Event("error")));
    };
    await expect(deck.append(new ArrayBuffer(1), 0)).rejects.toThrow("could not decode");
    expect(deck.oldest).toBeNull();
  });
});
