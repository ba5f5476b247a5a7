import { describe, expect, it } from "vitest";
import { listHeight, offsetAfter, rowsAt, scrollFor, TALLEST, type Geometry } from "./rows";

const SHORT: Geometry = { count: 1_000, rowHeight: 56, viewport: 800 };
const LONG: Geometry = { count: 1_000_000, rowHeight: 56, viewport: 800 };
const end = (geometry: Geometry) => geometry.count * geometry.rowHeight - geometry.viewport;
/** Where a row is seen, measured from the top of the screen. */
const seenAt = (row: { top: number }, scroll: number) => row.top - scroll;

describe("a list that fits into a browser", () => {
  it("is as tall as its rows, which stand where they belong", () => {
    expect(listHeight(SHORT)).toBe(56_000);
    expect(offsetAfter(SHORT, { scroll: 0, offset: 0 }, 5_600)).toBe(5_600);
    const rows = rowsAt(SHORT, 5_600, 5_600, 2);
    expect(rows[0]).toEqual({ index: 98, top: 98 * 56 });
    expect(rows.at(-1)!.index).toBe(117);
  });

  it("draws no rows beyond its ends", () => {
    expect(rowsAt(SHORT, 0, 0, 8)[0]!.index).toBe(0);
    expect(rowsAt(SHORT, end(SHORT), end(SHORT), 8).at(-1)!.index).toBe(999);
    expect(rowsAt({ ...SHORT, count: 0 }, 0, 0, 8)).toEqual([]);
  });

  it("scrolls to a row only if it is not in sight", () => {
    expect(scrollFor(SHORT, 5_600, 105, 108)).toBeNull();
    expect(scrollFor(SHORT, 5_600, 100, 108)).toEqual({ scroll: 5_492, offset: 5_492 });
    expect(scrollFor(SHORT, 0, 50, 108)).toEqual({ scroll: 51 * 56 - 800, offset: 51 * 56 - 800 });
  });
});

describe("a list that is taller than a browser can draw", () => {
  it("is as tall as can be", () => {
    expect(listHeight(LONG)).toBe(TALLEST);
  });

  it("follows the wheel pixel by pixel", () => {
    const before = { scroll: 6_000_000, offset: 28_000_000 };
    const offset = offsetAfter(LONG, before, 6_000_100);
    expect(offset).toBe(28_000_100);
    const [row] = rowsAt(LONG, before.offset, before.scroll, 0);
    const moved = rowsAt(LONG, offset, 6_000_100, 8).find(({ index }) => index === row!.index)!;
    expect(seenAt(row!, before.scroll) - seenAt(moved, 6_000_100)).toBe(100);
  });

  it("follows a jump of the scroll bar by proportion", () => {
    const middle = offsetAfter(LONG, { scroll: 0, offset: 0 }, (TALLEST - 800) / 2);
    expect(middle).toBeCloseTo(end(LONG) / 2, 3);
  });

  it("reaches the first and the very last row", () => {
    expect(offsetAfter(LONG, { scroll: 900, offset: 5_000_000 }, 0)).toBe(0);
    const scroll = TALLEST - LONG.viewport;
    const offset = offsetAfter(LONG, { scroll: scroll - 10, offset: 3_000 }, scroll);
    const last = rowsAt(LONG, offset, scroll, 8).at(-1)!;
    expect(last.index).toBe(999_999);
    expect(seenAt(last, scroll)).toBe(LONG.viewport - LONG.rowHeight);
  });

  it.each([0, 1, 500_000, 999_999])("brings row %d into sight", (index) => {
    const { scroll, offset } = scrollFor(LONG, 20_000_000, index, 108)!;
    const row = rowsAt(LONG, offset, scroll, 0).find((one) => one.index === index)!;
    expect(seenAt(row, scroll)).toBeGreaterThanOrEqual(0);
    expect(seenAt(row, scroll)).toBeLessThanOrEqual(LONG.viewport - LONG.rowHeight);
    expect(scroll).toBeLessThanOrEqual(TALLEST - LONG.viewport);
  });
});
