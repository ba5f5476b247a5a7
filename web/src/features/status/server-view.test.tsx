import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { serverStatus, type ServerStatus } from "@/api/queries";
import type { CacheFigures, HealthSampled } from "@/api/types";
import { useApp } from "@/app/store";
import { given, socket } from "@/test/auralis";
import { show } from "@/test/page";
import { problem, serve, type Routes } from "@/test/server";
import { advanced } from "./server-status";
import StatusView from "./status-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const FIGURES: CacheFigures = {
  hitRate: 0.8, avgResponseTimeMs: 1, p95ResponseTimeMs: 2, sizeMb: 13, budgetMb: 67, items: 14, totalQueries: 10, hits: 8, misses: 2,
  avgCacheTimeMs: 0.1, avgQueryTimeMs: 5, speedup: 50,
};
const UNUSED: CacheFigures = { ...FIGURES, hitRate: null, sizeMb: 0, budgetMb: null, items: 0, totalQueries: 0, hits: 0, misses: 0 };
const SEGMENTS = { hitRate: 0.25, trend: "stable", realtime: 73.4, playing: null, warmingDone: 0, warmingTotal: 0 } as const;
const CACHE = { state: "ok", trend: "stable", hitRate: 0.8, samples: 3, sizeMb: 13, budgetMb: 67, alerts: [], segments: SEGMENTS } as const;
const CACHES = { segments: { tier1: FIGURES, tier2: null }, streams: { tier1: null, tier2: UNUSED } };

function server(routes: Routes = {}) {
  const trend = (...values: number[]) => ({ latest: values.at(-1), direction: "stable", samples: values.length, values });
  return serve({
    "GET /metrics": () => ({
      data: { trends: { cpuShare: trend(0.1, 0.5, 0.2), memoryMb: trend(300), requestsPerSecond: trend(4, 2) }, alerts: [], timestamp: "2026-02-03T12:00:00Z" },
    }),
    "GET /health": () => ({ data: { state: "ok", checks: { disk: "ok" }, version: "0.1.0", uptimeSeconds: 3600 } }),
    "GET /cache/health": () => ({ data: CACHE }),
    "GET /cache/stats": () => ({ data: { caches: CACHES } }),
    ...routes,
  });
}

function sample(change: Partial<HealthSampled> = {}): HealthSampled {
  return {
    sampledAt: Date.parse("2026-02-03T12:01:00Z"), figures: { cpuShare: 0.9, memoryMb: 310, requestsPerSecond: 6 }, alerts: [],
    health: { state: "ok", checks: { disk: "ok" } }, cache: { ...CACHE, alerts: [] }, caches: CACHES, ...change,
  };
}

describe("the server's status", () => {
  it("shows that all is well, its figures and its caches", async () => {
    server();
    show(<StatusView />, "/status?of=server");
    expect(await screen.findByRole("heading", { name: "Everything works" })).toBeTruthy();
    expect(screen.getByText("Up for 1 h")).toBeTruthy();
    expect(screen.getByRole("img", { name: /^Processor, one core .* at most 50.%$/ })).toBeTruthy();
    const row = within(screen.getByRole("row", { name: /Segments of sound/ }));
    expect(row.getByText("Memory")).toBeTruthy();
    expect(row.getByText("13 MB of 67 MB")).toBeTruthy();
    expect(row.getByText(/^80.%$/)).toBeTruthy();
    expect(within(screen.getByRole("row", { name: /Whole streams/ })).getByText("0 B")).toBeTruthy();
    expect(screen.getByText("73 times")).toBeTruthy();
  });

  it("goes on with every sample while it is on screen", async () => {
    server();
    const page = show(<StatusView />, "/status?of=server");
    await screen.findByText("Up for 1 h");
    expect(socket.request).toHaveBeenCalledWith("connection.subscribe", { topics: ["health.sampled"] });
    const [, tell] = socket.on.mock.calls.find(([type]) => type === "health.sampled")!;
    const playing = { segments: 52, inMemory: 3, atHand: 38, completion: 38 / 52, remainingSeconds: 65 };
    const cache = { ...CACHE, alerts: [], segments: { ...SEGMENTS, playing, warmingDone: 1, warmingTotal: 4 } };
    act(() => tell({ data: sample({ cache }) }));
    expect(await screen.findByText("Up for 1 h 1 min")).toBeTruthy();
    expect(screen.getByRole("img", { name: /^Processor, one core .* at most 90.%$/ })).toBeTruthy();
    expect(screen.getByRole("progressbar", { name: "What plays, rendered" }).getAttribute("aria-valuenow")).toBe("73");
    expect(screen.getByText("38 of 52 segments of what plays are ready, the rest would take 1 min.")).toBeTruthy();
    expect(screen.getByText("1 of 4 tracks")).toBeTruthy();
    page.unmount();
    expect(socket.request).toHaveBeenLastCalledWith("connection.unsubscribe", { topics: ["health.sampled"] });
  });

  it("tells what does not work, and what needs a look", async () => {
    server({ "GET /health": () => ({ data: { state: "degraded", checks: { disk: "It is full.", other: "ok" }, version: "0.1.0", uptimeSeconds: 5 } }) });
    show(<StatusView />, "/status?of=server");
    expect(await screen.findByRole("heading", { name: "Something does not work" })).toBeTruthy();
    expect(screen.getByText("Disk: It is full.")).toBeTruthy();
    const [, tell] = socket.on.mock.calls.find(([type]) => type === "health.sampled")!;
    act(() => tell({ data: sample({ alerts: [{ subject: "overload", level: "critical", message: "Too much to do." }] }) }));
    expect(await screen.findByRole("heading", { name: "Something needs a look" })).toBeTruthy();
    expect(screen.getByText("Too much to do.")).toBeTruthy();
  });

  it("empties the caches and warms them up, and says what came of it", async () => {
    server({
      "POST /cache/clear": () => ({ data: { cleared: { responses: 3, segments: 4 } } }),
      "POST /cache/warm": () => problem(429, "RATE_LIMITED", "Not so fast."),
    });
    const { user } = show(<StatusView />, "/status?of=server");
    await user.click(await screen.findByRole("button", { name: "Empty" }));
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("The caches are empty; 7 things will be made again when needed."));
    await user.click(screen.getByRole("button", { name: "Warm up" }));
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("Not so fast."));
  });

  it("says what was made in advance", async () => {
    server({ "POST /cache/warm": () => ({ data: { warmed: 1, tracks: 20 } }) });
    const { user } = show(<StatusView />, "/status?of=server");
    await user.click(await screen.findByRole("button", { name: "Warm up" }));
    await waitFor(() =>
      expect(useApp.getState().notices.at(-1)?.message).toBe("1 answer made in advance; the beginnings of 20 tracks are being rendered."),
    );
  });

  it("is one click from the library's, and asks for nothing without a connection", async () => {
    given({ connection: "connecting" });
    server();
    const { user } = show(<StatusView />, "/status");
    await user.click(screen.getByRole("button", { name: "Server" }));
    expect(await screen.findByRole("heading", { name: "Server status" })).toBeTruthy();
    expect(socket.request).not.toHaveBeenCalled();
    await user.click(screen.getByRole("button", { name: "Library" }));
    expect(screen.getByRole("heading", { name: "Library status" })).toBeTruthy();
  });

  it("says why it cannot be shown", async () => {
    server({ "GET /metrics": () => problem(403, "FORBIDDEN", "That is not yours to see.") });
    show(<StatusView />, "/status?of=server");
    expect(await screen.findByText("That is not yours to see.")).toBeTruthy();
  });
});

describe("advanced", () => {
  it("keeps the last hundred samples, and begins lines that were not there", async () => {
    server();
    const before: ServerStatus = await serverStatus().queryFn!({ signal: new AbortController().signal } as never);
    let now: ServerStatus = before;
    for (let index = 0; index < 150; index += 1) now = advanced(now, sample({ figures: { cpuShare: index, another: 1 } }));
    expect(now.lines.cpuShare).toHaveLength(100);
    expect(now.lines.cpuShare!.at(-1)).toBe(149);
    expect(now.lines.another).toHaveLength(100);
    expect(now.lines.memoryMb).toEqual([300]);
    expect(before.lines.cpuShare).toEqual([0.1, 0.5, 0.2]);
  });
});
