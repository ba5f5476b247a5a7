import { act, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { conductor, currentPosition, playing } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { problem, serve } from "@/test/server";
import { lineAt, Lyrics } from "./lyrics";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const LINES = [1, 4, 9].map((time, index) => ({ time, text: ["First", "", "Last"][index]! }));
const words = (given: object) => ({ data: { text: null, synced: null, language: "en", source: "embedded", ...given } });

function open(answer: object | Response) {
  playing(aTrack(1));
  serve({ "GET /tracks/t1/lyrics": () => answer as { data: unknown } });
  return show(<Lyrics />);
}

describe("the lyrics", () => {
  it("go along, and a line is a place to go to", async () => {
    currentPosition.mockReturnValue(4.5);
    const { user } = open(words({ synced: LINES }));
    await waitFor(() => expect(screen.getByRole("button", { name: "♪" }).closest("li")?.getAttribute("aria-current")).toBe("true"));
    expect(screen.getByRole("list", { name: "Lyrics" }).getAttribute("lang")).toBe("en");
    await user.click(screen.getByRole("button", { name: "Last" }));
    expect(conductor.seek).toHaveBeenCalledWith(9);
  });

  it("stand still where their times are not known", async () => {
    open(words({ text: "All of them", language: null }));
    expect(await screen.findByText("All of them")).toBeTruthy();
  });

  it("say that there are none, and what went wrong", async () => {
    open(words({}));
    expect(await screen.findByText("No lyrics")).toBeTruthy();
  });

  it("say what went wrong", async () => {
    open(problem(503, "BUSY", "Later."));
    expect(await screen.findByText("Later.")).toBeTruthy();
  });

  it("wait for something to play", () => {
    show(<Lyrics />);
    act(() => undefined);
    expect(screen.getByText("Nothing is playing")).toBeTruthy();
  });

  it("know the line at a time", () => {
    expect([0, 1, 3.9, 4, 100].map((seconds) => lineAt(LINES, seconds))).toEqual([-1, 0, 0, 1, 2]);
    expect(lineAt([], 3)).toBe(-1);
  });
});
