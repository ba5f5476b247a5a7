import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Job } from "@/api/types";
import { useApp } from "@/app/store";
import { show } from "@/test/page";
import { page, problem, serve } from "@/test/server";
import JobsView from "./jobs-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const ORDER = { trackIds: ["t1", "t2"], preset: "warm", intensity: 0.8, format: "flac", bitDepth: 24, title: "Tidelines" };

function aJob(id: string, given: Partial<Job>): Job {
  const dates = { createdAt: "2026-02-03T12:00:00Z", updatedAt: "2026-02-03T12:00:00Z" };
  return { id, kind: "master", state: "queued", progress: 0, order: ORDER, result: null, error: null, errorCode: null, ...dates, ...given };
}

const LEVELS = { before: { loudnessLufs: -9.1 }, after: { loudnessLufs: -14 } };

describe("the jobs", () => {
  it("tell how they stand, what came of them, and where the files are", async () => {
    serve({
      "GET /jobs": page([
        aJob("a", { state: "running", progress: 0.25 }),
        aJob("b", { state: "done", result: { tracks: [LEVELS] } }),
        aJob("c", { state: "failed", error: "The disk is full." }),
        aJob("d", { state: "cancelled", order: {} }),
        aJob("e", {}),
      ]),
    });
    show(<JobsView />, "/jobs");
    expect((await screen.findByRole("progressbar")).getAttribute("aria-valuenow")).toBe("25");
    expect(screen.getByText(/^Ready · .9\.1 LUFS before, .14\.0 LUFS after$/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "Download “Tidelines”" }).getAttribute("href")).toBe("/api/v1/jobs/b/result");
    for (const told of ["The disk is full.", "Cancelled", "Waits for its turn"]) expect(screen.getByText(told)).toBeTruthy();
    expect(screen.getAllByText("2 tracks · Warm 80% · FLAC 24 bit")).toHaveLength(4);
  });

  it("are cancelled and forgotten, and say so where that cannot be", async () => {
    let jobs = [aJob("a", { state: "running" }), aJob("b", { state: "done" })];
    const log = serve({
      "GET /jobs": (asked) => page(jobs)(asked),
      "DELETE /jobs/a": () => {
        jobs = jobs.slice(1);
        return { data: {} };
      },
      "DELETE /jobs/b": () => problem(409, "CONFLICT", "It is being read."),
    });
    const { user } = show(<JobsView />, "/jobs");
    await user.click(await screen.findByRole("button", { name: "Cancel “Tidelines”" }));
    await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: "Forget “Tidelines” and its files" }));
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("It is being read."));
    expect(log.filter(({ method }) => method === "DELETE").map(({ path }) => path)).toEqual(["/jobs/a", "/jobs/b"]);
  });

  it("say how one is ordered while there is none", async () => {
    serve({ "GET /jobs": page([]) });
    show(<JobsView />, "/jobs");
    expect(await screen.findByText("Nothing was ordered yet")).toBeTruthy();
  });
});
