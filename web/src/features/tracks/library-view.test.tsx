import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { conductor, given } from "@/test/auralis";
import { aJob, anAlbum, aScan, someStats, tracks } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve, type Routes } from "@/test/server";
import LibraryView from "./library-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const ALL = tracks(1_204);

function library(routes: Routes = {}) {
  return serve({
    "GET /tracks": page(ALL),
    "GET /albums": page([anAlbum(1), anAlbum(2)]),
    "GET /library/stats": () => ({ data: someStats() }),
    ...routes,
  });
}

describe("LibraryView", () => {
  it("shows figures, the newest albums, and the tracks", async () => {
    library();
    show(<LibraryView />);
    expect(await screen.findByText("Track 1")).toBeTruthy();
    expect(await screen.findByText(/1,204 tracks · 96 albums · 80 h 33 min/)).toBeTruthy();
    expect(within(screen.getByRole("region", { name: "Recently added" })).getByText("Album 2")).toBeTruthy();
  });

  it("fetches only the pages in sight", async () => {
    const log = library();
    const { scroll } = show(<LibraryView />);
    await screen.findByText("Track 1");
    scroll(1_100 * 56);
    expect(await screen.findByText("Track 1101")).toBeTruthy();
    const offsets = new Set(log.filter(({ path }) => path === "/tracks").map(({ params }) => Number(params.offset)));
    expect(offsets.has(500)).toBe(false);
    expect(offsets.size).toBeLessThanOrEqual(3);
  });

  it("plays a track in the library as it is sorted", async () => {
    library();
    const { user } = show(<LibraryView />, "/?sort=artist&order=desc");
    await user.dblClick(await screen.findByText("Track 7"));
    expect(conductor.playTrack).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ id: "t7" }), {
      trackId: "t7",
      context: { type: "library", sort: "artist", order: "desc" },
    });
  });

  it.each([
    ["title", "/", "title", "desc"],
    ["artist", "/", "artist", "asc"],
    ["date added", "/", "dateAdded", "desc"],
    ["plays", "/", "plays", "desc"],
    ["duration", "/?sort=duration&order=desc", "duration", "asc"],
  ])("sorts by %s", async (label, from, sort, order) => {
    const log = library();
    const { user, address } = show(<LibraryView />, from);
    await user.click(await screen.findByRole("button", { name: `Sort by ${label}` }));
    expect(address()).toBe(`/?sort=${sort}&order=${order}`);
    await waitFor(() => expect(log.at(-1)!.params).toMatchObject({ sort, order }));
    const heads = screen.getAllByRole("columnheader").map((head) => head.getAttribute("aria-sort"));
    expect(heads.filter((value) => value === (order === "asc" ? "ascending" : "descending"))).toHaveLength(1);
  });

  it("says what the server said when it could not be loaded, and tries again", async () => {
    let works = false;
    library({ "GET /tracks": (asked) => (works ? page(ALL)(asked) : problem(503, "BUSY", "The library is being moved.")) });
    const { user } = show(<LibraryView />);
    expect(await screen.findByText("The library is being moved.")).toBeTruthy();
    works = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Track 1")).toBeTruthy();
  });

  it("tells of rows that could not be loaded further down, and loads them when asked", async () => {
    let works = false;
    library({
      "GET /tracks": (asked) => (works || asked.params.offset === "0" ? page(ALL)(asked) : problem(500, "BROKEN", "It broke.")),
    });
    const { user, scroll } = show(<LibraryView />);
    await screen.findByText("Track 1");
    scroll(1_100 * 56);
    expect(await screen.findByText("It broke.")).toBeTruthy();
    works = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Track 1101")).toBeTruthy();
    expect(screen.queryByText("It broke.")).toBeNull();
  });

  it("explains how music comes in when there is none", async () => {
    library({ "GET /tracks": page([]) });
    show(<LibraryView />);
    expect(await screen.findByText("There is no music here yet")).toBeTruthy();
    expect(screen.getByText("auralis serve --music ~/Music")).toBeTruthy();
  });

  it("shows how far the reading is while the first scan runs", async () => {
    given({ scan: aScan({ state: "running", done: 40, total: 80, ratePerSecond: 1_200, remainingSeconds: 3 }) });
    library({ "GET /tracks": page([]) });
    show(<LibraryView />);
    expect(await screen.findByText("40 of 80 files · 1,200 a second · about 3 sec left")).toBeTruthy();
    expect(screen.getByRole("progressbar", { name: "Reading your music" }).getAttribute("aria-valuenow")).toBe("50");
  });

  it("shows how far the demo library is", async () => {
    given({ analysis: aJob({ jobId: "demo", kind: "demo", state: "running", done: 6, total: 24 }) });
    library({ "GET /tracks": page([]) });
    show(<LibraryView />);
    expect(await screen.findByText("Composing the demo library")).toBeTruthy();
    expect(screen.getByText("6 of 24 pieces")).toBeTruthy();
  });
});
