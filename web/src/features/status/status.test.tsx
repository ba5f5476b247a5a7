import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useApp } from "@/app/store";
import type { LibraryFolder, Problem } from "@/api/types";
import { given, socket } from "@/test/auralis";
import { aJob, aScan, someStats } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve, type Routes } from "@/test/server";
import { ActivityChip } from "./activity-chip";
import { EmptyLibrary } from "./empty-library";
import StatusView from "./status-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const FOLDER: LibraryFolder = { id: "f1", path: "/music", kind: "music", available: true, trackCount: 1_204 };

function problems(count: number): Problem[] {
  return Array.from({ length: count }, (_, index) => ({
    folder: "/music",
    path: `broken-${index + 1}.flac`,
    reason: "The file is empty.",
    date: "2026-02-03T12:00:00Z",
  }));
}

function library(routes: Routes = {}) {
  return serve({
    "GET /library/stats": () => ({ data: someStats() }),
    "GET /library/folders": () => ({ data: [FOLDER] }),
    "GET /library/problems": page<Problem>([]),
    ...routes,
  });
}

describe("StatusView", () => {
  it("shows the library in figures", async () => {
    given({ serverVersion: "0.1.0" });
    library();
    show(<StatusView />, "/status");
    expect(await screen.findByText("1,204")).toBeTruthy();
    expect(screen.getByText("1,100 of 1,204")).toBeTruthy();
    expect(screen.getByText("31 GB")).toBeTruthy();
    expect(screen.getByText("Auralis 0.1.0")).toBeTruthy();
    expect(await screen.findByText("Every file could be read.")).toBeTruthy();
  });

  it("lists the folders, and tells of one that is away", async () => {
    const away = { ...FOLDER, id: "f2", path: "/media/disk", available: false };
    library({ "GET /library/folders": () => ({ data: [FOLDER, away] }) });
    show(<StatusView />, "/status");
    expect(await screen.findByText("/media/disk")).toBeTruthy();
    expect(screen.getByText("1,204 tracks")).toBeTruthy();
    expect(screen.getByText("Not there right now; its tracks are kept")).toBeTruthy();
  });

  it("tells how a folder comes in when there is none", async () => {
    library({ "GET /library/folders": () => ({ data: [] }) });
    show(<StatusView />, "/status");
    expect(await screen.findByText(/No folder yet/)).toBeTruthy();
  });

  it("lists problems with their reasons, page by page", async () => {
    const log = library({ "GET /library/problems": page(problems(230)) });
    const { user } = show(<StatusView />, "/status");
    expect(await screen.findByRole("heading", { name: "Problems (230)" })).toBeTruthy();
    expect(screen.getAllByText("The file is empty.")).toHaveLength(100);
    await user.click(screen.getByRole("button", { name: "Show more" }));
    await user.click(await screen.findByRole("button", { name: "Show more" }));
    expect(await screen.findByText("broken-230.flac")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
    expect(log.filter(({ path }) => path === "/library/problems").map(({ params }) => params.offset)).toEqual(["0", "100", "200"]);
  });

  it("has the folders read again", async () => {
    library();
    const { user } = show(<StatusView />, "/status");
    await user.click(screen.getByRole("button", { name: "Scan folders" }));
    expect(socket.request).toHaveBeenCalledExactlyOnceWith("library.scan", {});
  });

  it("tells why they could not be read", async () => {
    library();
    socket.request.mockRejectedValueOnce(new Error("Auralis cannot be reached right now."));
    const { user } = show(<StatusView />, "/status");
    await user.click(screen.getByRole("button", { name: "Scan folders" }));
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("Auralis cannot be reached right now."));
  });

  it("shows a scan as it goes, and stops it", async () => {
    given({ scan: aScan({ state: "running", done: 25, total: 100 }) });
    library({ "DELETE /library/scan": () => ({ data: aScan() }) });
    const { user } = show(<StatusView />, "/status");
    expect(screen.getByRole("progressbar", { name: "Reading your music" }).getAttribute("aria-valuenow")).toBe("25");
    await user.click(screen.getByRole("button", { name: "Stop reading" }));
    expect(await screen.findByRole("button", { name: "Scan folders" })).toBeTruthy();
  });

  it("tells why a scan could not be stopped", async () => {
    given({ scan: aScan({ state: "running" }) });
    library({ "DELETE /library/scan": () => problem(500, "BROKEN", "It goes on.") });
    const { user } = show(<StatusView />, "/status");
    await user.click(screen.getByRole("button", { name: "Stop reading" }));
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("It goes on."));
  });

  it("sums up the last scan", () => {
    const counts = { files: 120, added: 118, updated: 0, moved: 0, missing: 0, failed: 2, seconds: 3.2 };
    given({ scan: aScan({ counts }) });
    library();
    show(<StatusView />, "/status");
    expect(screen.getByText("Last scan: 120 files read in 3 sec, 118 added, 2 not readable.")).toBeTruthy();
  });

  it("says what could not be loaded, and loads it when asked", async () => {
    let works = false;
    const broken = () => problem(500, "BROKEN", "The disk is full.");
    library({
      "GET /library/stats": () => (works ? { data: someStats() } : problem(500, "BROKEN", "No figures.")),
      "GET /library/folders": () => (works ? { data: [FOLDER] } : broken()),
      "GET /library/problems": (asked) => (works ? page(problems(1))(asked) : broken()),
    });
    const { user } = show(<StatusView />, "/status");
    expect(await screen.findByText("No figures.")).toBeTruthy();
    await waitFor(() => expect(screen.getAllByText("The disk is full.")).toHaveLength(2));
    works = true;
    for (const button of screen.getAllByRole("button", { name: "Try again" })) await user.click(button);
    expect(await screen.findByText("/music")).toBeTruthy();
    expect(await screen.findByText("broken-1.flac")).toBeTruthy();
    expect(await screen.findByText("1,100 of 1,204")).toBeTruthy();
  });
});

describe("ActivityChip", () => {
  it("is not there while nothing is done", () => {
    show(<ActivityChip />);
    expect(screen.queryByRole("link")).toBeNull();
  });

  it("tells how far the analysis is, and leads to more", () => {
    given({ analysis: aJob({ state: "running", done: 30, total: 120, failed: 2, remainingSeconds: 0.2 }) });
    show(<ActivityChip />);
    const chip = screen.getByRole("link", { name: "Listening to your music 25%" });
    expect(chip.getAttribute("href")).toBe("/status");
    expect(chip.title).toBe("30 of 120 tracks · 2 could not be analysed · about 1 sec left");
  });

  it("puts a scan first, and no figure on what is being counted", () => {
    given({ scan: aScan({ state: "running", done: 1_500 }), analysis: aJob({ state: "running", total: 3 }) });
    show(<ActivityChip />);
    expect(screen.getByRole("link", { name: "Reading your music" }).title).toBe("1,500 files so far");
  });

  it.each(["idle", "paused"] as const)("says nothing of an analysis that is %s", (state) => {
    given({ analysis: aJob({ state, done: 3, total: 9 }) });
    show(<ActivityChip />);
    expect(screen.queryByRole("link")).toBeNull();
  });
});

describe("EmptyLibrary", () => {
  it("has the folders looked at again", async () => {
    const { user } = show(<EmptyLibrary />);
    await user.click(screen.getByRole("button", { name: "Look again" }));
    expect(socket.request).toHaveBeenCalledExactlyOnceWith("library.scan", {});
  });

  it("shows that something is done while its length is not known", () => {
    given({ scan: aScan({ state: "running", done: 12 }) });
    show(<EmptyLibrary />);
    expect(screen.getByRole("progressbar").hasAttribute("aria-valuenow")).toBe(false);
  });
});
