import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeAudio, fakeBrowser } from "@/test/media";
import { AbGraph } from "./ab-graph";
import { mediaSourceClass } from "./deck";
import { Graph } from "./graph";

const steps: string[] = [];

class FakeParam {
  value = 0;
  cancelScheduledValues = vi.fn();
  setValueAtTime = vi.fn();
  setValueCurveAtTime = vi.fn();
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

/** The volume, and what fades. */
let gain: FakeNode;
let fader: FakeNode;

beforeEach(() => {
  steps.length = 0;
  fakeBrowser();
  vi.stubGlobal("AudioContext", FakeContext);
  vi.stubGlobal("GainNode", function (_: unknown, options: { gain: number }) {
    const made = new FakeNode(steps.includes("gain") ? "fader" : "gain", options);
    if (made.name === "gain") gain = made;
    else fader = made;
    steps.push(made.name);
    return made;
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

describe("the graph of two sounds", () => {
  it("turns both by the volume and by what the listener's mode of loudness asks for", async () => {
    vi.stubGlobal("ChannelSplitterNode", function () {
      return new FakeNode("splitter");
    });
    vi.stubGlobal("ChannelMergerNode", function () {
      return new FakeNode("merger");
    });
    const graph = await AbGraph.open(48_000);
    graph.setVolume(0.25);
    expect(gain.gain.value).toBe(0.25);
    graph.setLevel(-20);
    expect(gain.gain.value).toBeCloseTo(0.025);
    graph.setVolume(1);
    expect(gain.gain.value).toBeCloseTo(0.1);
  });
});

describe("the audio graph", () => {
  it("wires the element before it has an address, at the rate asked for", async () => {
    const graph = await Graph.open(48_000, 0.5);
    expect(graph.rate).toBe(48_000);
    expect(steps).toEqual(["gain", "fader", "wired", "element>gain", "gain>fader", "fader>analyser", "analyser>out", "src"]);
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

  it("fades at equal power, and passes every sample untouched otherwise", async () => {
    const graph = await Graph.open(44_100, 1);
    expect(fader.gain.value).toBe(1);
    graph.fade("out", 4);
    const [curve, from, seconds] = fader.gain.setValueCurveAtTime.mock.calls[0] as [Float32Array, number, number];
    expect([curve[0], from, seconds]).toEqual([1, 1, 4]);
    expect(curve.at(-1)).toBeCloseTo(0);
    graph.fade("in", 4);
    const [rising] = fader.gain.setValueCurveAtTime.mock.calls[1] as [Float32Array];
    expect(rising.at(-1)).toBe(1);
    rising.forEach((value, index) => expect(value ** 2 + curve[index]! ** 2).toBeCloseTo(1));
  });

  it("fails clearly where a browser cannot stream FLAC", async () => {
    vi.stubGlobal("MediaSource", undefined);
    await expect(Graph.open(44_100, 1)).rejects.toThrow("cannot stream FLAC");
    expect(mediaSourceClass("flac", {})).toBeNull();
    const Managed = Object.assign(() => undefined, { isTypeSupported: () => true });
    expect(mediaSourceClass("flac", { ManagedMediaSource: Managed })).toBe(Managed);
  });

  it("tells an append that the browser cannot decode", async () => {
    const { graphs, openGraph } = fakeBrowser();
    await openGraph(1000, 1, "flac");
    const { deck, audio } = graphs[0]!;
    audio.buffer.failNext = true;
    audio.buffer.appendBuffer = function (this: EventTarget) {
      queueMicrotask(() => this.dispatchEvent(new Event("error")));
    };
    await expect(deck.append(new ArrayBuffer(1), 0)).rejects.toThrow("could not decode");
    expect(deck.oldest).toBeNull();
  });
});
