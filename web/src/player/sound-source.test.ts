import { beforeEach, describe, expect, it, vi } from "vitest";
import { isAbort } from "@/api/http";
import { HttpSoundSource, type SegmentRequest } from "./sound-source";
import type { Sound } from "./sound";

const WARM: Sound = { id: "enhanced:k", variant: "enhanced", key: "k", preset: "warm", intensity: 0.5 };
const PLAIN: Sound = { ...WARM, id: "original:o", variant: "original", key: "o" };
const asked: string[] = [];
let answer: (target: string, init: RequestInit) => Response | Promise<Response>;

beforeEach(() => {
  asked.length = 0;
  answer = (target) =>
    target.includes("manifest")
      ? Response.json({ data: { trackId: "t1" } })
      : new Response(new Uint8Array([1, 2, 3]), {
          headers: { "Auralis-Start-Frame": "44100", "Auralis-Frames": "88200", "Auralis-Final": "1" },
        });
  vi.stubGlobal("fetch", async (target: string, init: RequestInit = {}) => {
    init.signal?.throwIfAborted();
    asked.push(target);
    return answer(target, init);
  });
});

describe("sound over HTTP", () => {
  it("brings a segment with its place in the track", async () => {
    const piece = await new HttpSoundSource().segment({ trackId: "a b", rate: 44_100, codec: "flac", sound: WARM, index: 3 });
    expect(asked).toEqual(["/api/v1/stream/a%20b/enhanced/3?rate=44100&preset=warm&intensity=0.5&key=k"]);
    expect(piece).toMatchObject({ startFrame: 44_100, frames: 88_200, final: true });
    expect(piece.bytes.byteLength).toBe(3);
  });

  it("takes the beginning that was fetched on a guess where it is the sound that is wanted, and else fetches that", async () => {
    const source = new HttpSoundSource();
    const { preset, intensity } = WARM;
    const guess = { trackId: "t1", rate: 44_100, codec: "flac", variant: "enhanced", preset, intensity } as const;
    const wanted = { trackId: "t1", rate: 44_100, codec: "flac", sound: WARM, index: 0 } as const;
    answer = (target) => new Response(new Uint8Array(target.includes("key=") ? 9 : 3), { headers: { ETag: '"k-0"' } });
    void source.guess(guess);
    expect(asked).toEqual(["/api/v1/stream/t1/enhanced/0?rate=44100&preset=warm&intensity=0.5"]);
    expect((await source.segment(wanted)).bytes.byteLength).toBe(3);
    expect(asked).toHaveLength(1);
    expect((await source.segment(wanted)).bytes.byteLength).toBe(9);
    for (const sound of [{ ...WARM, key: "other" }, PLAIN]) {
      void source.guess(guess);
      expect((await source.segment({ ...wanted, sound })).bytes.byteLength).toBe(9);
    }
    answer = (target) => (target.includes("key=") ? new Response(new Uint8Array(9)) : new Response("", { status: 500 }));
    await expect(source.guess(guess)).rejects.toMatchObject({ status: 500 });
    expect((await source.segment(wanted)).bytes.byteLength).toBe(9);
  });

  it("asks for a transition with both sounds", async () => {
    await new HttpSoundSource().transition({ trackId: "t1", rate: 48_000, codec: "flac", from: PLAIN, to: WARM, frame: 1234 });
    expect(asked[0]).toBe(
      "/api/v1/stream/t1/transition/original/enhanced/1234?rate=48000&preset=warm&intensity=0.5&fromPreset=warm&fromIntensity=0.5&fromKey=o",
    );
  });

  it("asks for AAC where the line is to carry little", async () => {
    const source = new HttpSoundSource();
    await source.segment({ trackId: "t1", rate: 44_100, codec: "aac", sound: WARM, index: 0 });
    await source.transition({ trackId: "t1", rate: 44_100, codec: "aac", from: WARM, to: PLAIN, frame: 0 });
    expect(asked).toHaveLength(2);
    for (const address of asked) expect(new URL(address, "http://a").searchParams.get("codec")).toBe("aac");
  });

  it("remembers manifests until it is told to forget, and never a failure", async () => {
    const source = new HttpSoundSource();
    const wanted = { trackId: "t1", rate: 44_100, preset: "warm", intensity: 1 };
    answer = () => Response.json({ code: "UNAVAILABLE", message: "later" }, { status: 503 });
    await expect(source.manifest(wanted)).rejects.toMatchObject({ status: 503 });
    answer = () => Response.json({ data: { trackId: "t1" } });
    await source.manifest(wanted);
    await source.manifest(wanted);
    expect(asked).toHaveLength(2);
    source.forget("t1");
    await source.manifest(wanted);
    expect(asked).toHaveLength(3);
    for (let n = 0; n < 30; n += 1) await source.manifest({ ...wanted, trackId: `x${n}` });
    await source.manifest(wanted);
    expect(asked).toHaveLength(34);
  });

  it("uses a segment that was fetched beforehand once", async () => {
    vi.useFakeTimers();
    const source = new HttpSoundSource();
    const wanted: SegmentRequest = { trackId: "t1", rate: 44_100, codec: "flac", sound: WARM, index: 0 };
    source.warm(wanted);
    source.warm(wanted);
    await source.segment(wanted, new AbortController().signal);
    expect(asked).toHaveLength(1);
    await source.segment(wanted);
    expect(asked).toHaveLength(2);
    source.warm(wanted);
    await vi.advanceTimersByTimeAsync(11_000);
    await source.segment(wanted);
    expect(asked).toHaveLength(4);
    vi.useRealTimers();
  });

  it("gives up at once when it is no longer wanted", async () => {
    const source = new HttpSoundSource();
    const wanted = { trackId: "t1", rate: 44_100, preset: "warm", intensity: 1 };
    answer = () => new Promise(() => undefined);
    const stop = new AbortController();
    const waiting = source.manifest(wanted, stop.signal).catch((error: unknown) => error);
    stop.abort();
    expect(isAbort(await waiting)).toBe(true);
    expect(isAbort(await source.manifest(wanted, stop.signal).catch((error: unknown) => error))).toBe(true);
    const segment = source.segment({ trackId: "t1", rate: 1, codec: "flac", sound: PLAIN, index: 0 }, stop.signal);
    expect(isAbort(await segment.catch((error: unknown) => error))).toBe(true);
  });

  it("takes a body that breaks off as a server out of reach", async () => {
    answer = () => {
      const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("network")) });
      return new Response(body);
    };
    const broken = new HttpSoundSource().segment({ trackId: "t1", rate: 1, codec: "flac", sound: PLAIN, index: 0 });
    await expect(broken).rejects.toMatchObject({ status: 0, code: "UNREACHABLE" });
  });
});
