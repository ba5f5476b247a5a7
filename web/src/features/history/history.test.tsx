import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Played } from "@/api/types";
import { PLACES, TABS } from "@/app/places";
import MoreView from "@/features/more/more-view";
import { formatWhen } from "@/lib/format";
import { conductor } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve } from "@/test/server";
import HistoryView from "./history-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

function aPlay(number: number, given: Partial<Played> = {}): Played {
  return { id: `h${number}`, playedAt: "2026-02-03T12:00:00Z", title: `Track ${number}`, artist: "Nina Vale", album: "Tidelines", duration: 180, track: aTrack(number), ...given };
}

describe("the history", () => {
  it("shows what was played, and plays it again", async () => {
    serve({ "GET /history": page([aPlay(1), aPlay(2, { track: null })]) });
    const { user } = show(<HistoryView />, "/history");
    await user.click(await screen.findByRole("button", { name: "Play Track 1" }));
    expect(conductor.playTrack).toHaveBeenCalledWith(expect.objectContaining({ id: "t1" }), { trackId: "t1", context: { type: "tracks", trackIds: ["t1"] } });
    expect(screen.getByText("2 plays")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Play Track 2" })).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("button", { name: "More for Track 1" }));
    expect(screen.getByRole("menu", { name: "Track 1" })).toBeTruthy();
  });

  it("says when nothing was played, and what went wrong", async () => {
    let works = false;
    serve({ "GET /history": (asked) => (works ? page([])(asked) : problem(503, "BUSY", "Come back later.")) });
    const { user } = show(<HistoryView />, "/history");
    expect(await screen.findByText("Come back later.")).toBeTruthy();
    works = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Nothing played yet")).toBeTruthy();
  });

  it("tells today and yesterday from other days", () => {
    const now = new Date(2026, 1, 3, 15, 0);
    expect(formatWhen(new Date(2026, 1, 3, 9, 5).toISOString(), now)).toBe("Today 09:05");
    expect(formatWhen(new Date(2026, 1, 2, 23, 0).toISOString(), now)).toBe("Yesterday 23:00");
    expect(formatWhen(new Date(2026, 0, 2, 12, 0).toISOString(), now)).toBe("Jan 2, 2026");
    expect(formatWhen("x")).toBe("–");
  });
});

describe("more", () => {
  it("leads to the places without a tab", () => {
    show(<MoreView />, "/more");
    const behind = PLACES.filter(({ to }) => !TABS.some((tab) => tab.to === to));
    expect(screen.getAllByRole("link").map((link) => link.getAttribute("href")).sort()).toEqual(behind.map(({ to }) => to).sort());
  });
});
