import { describe, expect, it } from "vitest";
import { blockFrames, nextBlock } from "./blocks";

function header(least: number, most: number): ArrayBuffer {
  const name = [...new TextEncoder().encode("ftyp....dfLa")];
  return new Uint8Array([...name, 0, 0, 0, 0, 0x80, 0, 0, 34, least >> 8, least & 255, most >> 8, most & 255, 1, 2]).buffer;
}

describe("blocks", () => {
  it("are as long as the stream says", () => {
    expect(blockFrames(header(4608, 4608))).toBe(4608);
  });

  it("are not known where the stream does not say one length", () => {
    expect(blockFrames(header(16, 4608))).toBeNull();
    expect(blockFrames(header(4608, 4608).slice(0, 18))).toBeNull();
    expect(blockFrames(new ArrayBuffer(8))).toBeNull();
  });

  it("begin at whole multiples, and the next piece begins at the end", () => {
    const blocks = { start: 1000, end: 11_000, size: 4608 };
    expect([1000, 1001, 5608, 5609, 10_900].map((frame) => nextBlock(blocks, frame))).toEqual([1000, 5608, 5608, 10_216, 11_000]);
  });
});
