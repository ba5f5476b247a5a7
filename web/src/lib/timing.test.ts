import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Coalesced } from "./coalesced";
import { throttled } from "./throttled";
import { useDebounced } from "./use-debounced";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("throttled", () => {
  it("works at once, then once an interval, and never loses the last call", () => {
    const work = vi.fn();
    const call = throttled(work, 100);
    call();
    expect(work).toHaveBeenCalledTimes(1);
    call();
    call();
    expect(work).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(100);
    expect(work).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(500);
    expect(work).toHaveBeenCalledTimes(2);
    call();
    expect(work).toHaveBeenCalledTimes(3);
  });
});

describe("Coalesced", () => {
  it("lets the first call through at once and of those in between only the last", () => {
    const calls: number[] = [];
    const line = new Coalesced(100);
    for (const value of [1, 2, 3]) line.send(() => calls.push(value));
    expect(calls).toEqual([1]);
    expect(line.busy).toBe(true);
    vi.advanceTimersByTime(100);
    expect(calls).toEqual([1, 3]);
    vi.advanceTimersByTime(100);
    expect(calls).toEqual([1, 3]);
    expect(line.busy).toBe(false);
  });

  it("is busy while the outcome of a call is not known", () => {
    const line = new Coalesced(100);
    line.underway = 1;
    expect(line.busy).toBe(true);
  });
});

describe("useDebounced", () => {
  it("gives the value once it has stood still", () => {
    const { result, rerender } = renderHook(({ value }) => useDebounced(value, 90), { initialProps: { value: "a" } });
    rerender({ value: "ab" });
    act(() => void vi.advanceTimersByTime(60));
    rerender({ value: "abc" });
    act(() => void vi.advanceTimersByTime(60));
    expect(result.current).toBe("a");
    act(() => void vi.advanceTimersByTime(30));
    expect(result.current).toBe("abc");
  });
});
