import { describe, expect, it } from "vitest";
import { offerToggle, toggleHeard } from "@/app/heard";
import { meaningOf } from "./blind-test";

describe("trials", () => {
  it("say something only when there are enough of them", () => {
    expect(meaningOf(3, 0.1)).toBe("Too few to say: 7 trials more");
    expect(meaningOf(12, 0.01)).toBe("You hear a difference");
    expect(meaningOf(12, 0.4)).toBe("No difference shown so far");
  });
});

describe("the key for A and B", () => {
  it("belongs to the newest comparison, and to none in the end", () => {
    const heard: string[] = [];
    expect(toggleHeard()).toBe(false);
    const ends = ["open", "blind"].map((name) => offerToggle(() => heard.push(name)));
    expect(toggleHeard()).toBe(true);
    ends[1]!();
    toggleHeard();
    ends[0]!();
    expect(toggleHeard()).toBe(false);
    expect(heard).toEqual(["blind", "open"]);
  });
});
