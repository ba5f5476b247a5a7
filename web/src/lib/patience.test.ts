import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Patience } from "./patience";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("lets work wait until it is over, and does it once", () => {
  const patience = new Patience();
  const work = vi.fn();
  patience.later(work);
  expect(work).toHaveBeenCalledTimes(1);
  patience.begin(100);
  patience.later(work);
  patience.later(work);
  expect(work).toHaveBeenCalledTimes(1);
  patience.end();
  expect(work).toHaveBeenCalledTimes(2);
  patience.end();
  expect(work).toHaveBeenCalledTimes(2);
});

it("is over after a while by itself, counted from when it was asked for last", () => {
  const patience = new Patience();
  const work = vi.fn();
  patience.begin(100);
  patience.later(work);
  vi.advanceTimersByTime(60);
  patience.begin(100);
  vi.advanceTimersByTime(99);
  expect(work).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(work).toHaveBeenCalledTimes(1);
  patience.later(work);
  expect(work).toHaveBeenCalledTimes(2);
});
