import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDate,
  formatHertz,
  formatLength,
  formatNumber,
  formatRate,
  formatTime,
  formatUnit,
  plural,
  spokenTime,
  wordsOf,
} from "./format";

const SPACE = "\u00a0";
const MINUS = "\u2212";

describe("times", () => {
  it.each([
    [0, "0:00"],
    [7.9, "0:07"],
    [247, "4:07"],
    [3729, "1:02:09"],
    [-3, "0:00"],
  ])("%d s is shown as %s", (seconds, text) => expect(formatTime(seconds)).toBe(text));

  it.each([
    [42, "42 sec"],
    [2280, "38 min"],
    [7200, "2 h"],
    [25_920, "7 h 12 min"],
    [2_000_000, "555 h"],
  ])("a length of %d s is said as %s", (seconds, text) => expect(formatLength(seconds)).toBe(text));

  it.each([
    [1, "1 second"],
    [47, "47 seconds"],
    [60, "1 minute 0 seconds"],
    [247, "4 minutes 7 seconds"],
  ])("%d s is spoken as %s", (seconds, text) => expect(spokenTime(seconds)).toBe(text));

  it("shows a day, and a dash for what is none", () => {
    expect(formatDate("2026-02-03T12:00:00Z")).toBe("Feb 3, 2026");
    expect(formatDate("never")).toBe("–");
  });
});

describe("numbers", () => {
  it("groups digits and counts nouns", () => {
    expect(formatCount(12_345)).toBe("12,345");
    expect(plural(1, "album")).toBe("1 album");
    expect(plural(1_204, "track")).toBe("1,204 tracks");
    expect(plural(0, "track")).toBe("0 tracks");
  });

  it("writes a true minus, never for zero", () => {
    expect(formatNumber(-1.25)).toBe(`${MINUS}1.3`);
    expect(formatNumber(-0.01)).toBe("0.0");
    expect(formatNumber(0.01, 1, true)).toBe("0.0");
    expect(formatNumber(2, 1, true)).toBe("+2.0");
  });

  it("writes units as people do", () => {
    expect(formatUnit(-14.23, "LUFS")).toBe(`${MINUS}14.2${SPACE}LUFS`);
    expect(formatUnit(0.5, "share", 0)).toBe(`50${SPACE}%`);
    expect(formatUnit(1.234, "ratio")).toBe("1.23");
    expect(formatUnit(3, "dB", 1, true)).toBe(`+3.0${SPACE}dB`);
  });

  it.each([null, undefined, Number.NaN, Infinity])("shows a dash for %s", (value) => {
    expect(formatUnit(value, "dB")).toBe("–");
  });

  it("writes rates and sizes", () => {
    expect(formatRate(44_100)).toBe(`44.1${SPACE}kHz`);
    expect(formatRate(96_000)).toBe(`96${SPACE}kHz`);
    expect([199.5, 12_589, 1000].map(formatHertz)).toEqual([`200${SPACE}Hz`, `12.6${SPACE}kHz`, `1${SPACE}kHz`]);
    expect(formatBytes(512)).toBe(`512${SPACE}B`);
    expect(formatBytes(1_500)).toBe(`1.5${SPACE}KB`);
    expect(formatBytes(31_400_000_000)).toBe(`31${SPACE}GB`);
    expect(formatBytes(9e15)).toBe(`9000${SPACE}TB`);
  });

  it("makes words of names", () => {
    expect([wordsOf("low_mid"), wordsOf("_air_")]).toEqual(["Low mid", "Air"]);
  });
});
