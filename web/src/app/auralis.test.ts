import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aJob, aScan, aTrack } from "@/test/factories";
import { aPlayerState, aQueue, FakeSocket } from "@/test/socket";
import { clientName } from "./client-name";
import { INITIAL } from "./state";
import { dispatch, notify, useApp } from "./store";

const sockets: FakeSocket[] = [];
vi.stubGlobal("WebSocket", function () {
  const socket = new FakeSocket();
  sockets.push(socket);
  return socket;
});
const { core, currentPosition, queryClient, socket, start } = await import("./auralis");

let stop: () => void;
const wire = () => sockets.at(-1)!;
const invalidated = () => vi.mocked(queryClient.invalidateQueries).mock.calls.map(([filter]) => filter?.queryKey?.[0]);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", function () {
    const fake = new FakeSocket();
    sockets.push(fake);
    return fake;
  });
  vi.spyOn(queryClient, "invalidateQueries").mockResolvedValue();
  useApp.setState(INITIAL, true);
  stop = start();
  wire().open();
  wire().greet(aPlayerState());
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe("the composition root", () => {
  it("opens one socket and shows what it says", () => {
    expect(useApp.getState()).toMatchObject({ connection: "ready", clientId: "me" });
    wire().push("player.state", aPlayerState({ revision: 4, volume: 0.3 }));
    wire().push("queue.state", aQueue({ revision: 4, total: 3 }));
    wire().push("scan.started", aScan({ state: "running" }));
    wire().push("scan.progress", aScan({ state: "running", done: 7 }));
    wire().push("job.progress", aJob({ state: "running", done: 2 }));
    wire().push("notification", { level: "info", message: "Hello." });
    expect(useApp.getState()).toMatchObject({
      player: { volume: 0.3 },
      queue: { total: 3 },
      scan: { done: 7 },
      analysis: { done: 2 },
      notices: [{ message: "Hello." }],
    });
    expect(sockets).toHaveLength(1);
  });

  it("asks for the library again when it has changed, not for every single change", () => {
    for (let revision = 1; revision <= 20; revision += 1) wire().push("library.updated", { revision });
    expect(invalidated()).toEqual(["library"]);
    vi.advanceTimersByTime(1_500);
    expect(invalidated()).toEqual(["library", "library"]);
    vi.advanceTimersByTime(60_000);
    expect(invalidated()).toHaveLength(2);
  });

  it("asks again after a scan, after the analysis, and after it was cut off", () => {
    wire().push("scan.complete", aScan({ done: 9 }));
    vi.advanceTimersByTime(2_000);
    wire().push("job.progress", aJob({ state: "running" }));
    wire().push("job.progress", aJob({ state: "idle" }));
    wire().push("job.progress", aJob({ state: "idle" }));
    vi.advanceTimersByTime(2_000);
    wire().drop();
    vi.advanceTimersByTime(3_000);
    wire().open();
    wire().greet(aPlayerState());
    expect(invalidated()).toEqual(["library", "library", "library", "playlists", "playlist", "history", "settings", "jobs"]);
  });

  it("follows what was ordered, and says when its files are ready", () => {
    const job = { id: "j1", kind: "master" as const, state: "done" as const, progress: 1, order: { title: "Tidelines" }, result: null, error: null, errorCode: null, createdAt: "", updatedAt: "" };
    queryClient.setQueryData(["jobs", "/jobs", {}], { items: [{ ...job, state: "queued", progress: 0 }], total: 1 });
    const analysis = useApp.getState().analysis;
    wire().push("job.progress", aJob({ jobId: "j1", kind: "master", state: "running", done: 1, total: 4 }));
    expect(queryClient.getQueryData(["jobs", "/jobs", {}])).toMatchObject({ items: [{ state: "running", progress: 0.25 }] });
    expect(useApp.getState().analysis).toBe(analysis);
    wire().push("job.progress", aJob({ jobId: "j2", kind: "master", state: "running" }));
    expect(invalidated()).toEqual(["jobs"]);
    wire().push("job.done", job);
    expect(useApp.getState().notices.at(-1)).toMatchObject({ message: "“Tidelines” is ready.", action: "Download" });
    wire().push("job.failed", { ...job, state: "failed", error: "The disk is full.", order: {} });
    expect(useApp.getState().notices.at(-1)?.message).toBe("A master could not be mastered. The disk is full.");
  });

  it("tells why a scan could not go on", () => {
    wire().push("scan.error", aScan({ reason: "The folder is away." }));
    wire().push("scan.error", aScan());
    expect(useApp.getState().notices.map(({ message }) => message)).toEqual(["The folder is away.", "The scan could not go on."]);
  });

  it("asks for a track's outline and plan again once it has been analysed", () => {
    const current = { entryId: "e1", lane: "context" as const, track: aTrack(1, { fingerprint: "none" }) };
    wire().push("player.state", aPlayerState({ revision: 2, current }));
    wire().push("track.updated", { trackId: "t1", fingerprint: "full" });
    expect(useApp.getState().player?.current?.track.fingerprint).toBe("full");
    expect(vi.mocked(queryClient.invalidateQueries).mock.lastCall?.[0]).toEqual({ queryKey: ["track", "t1"] });
  });

  it("lays what a listener made of a track over what is shown, and asks for nothing again but the history", () => {
    const current = { entryId: "e1", lane: "context" as const, track: aTrack(1) };
    wire().push("player.state", aPlayerState({ revision: 2, current }));
    vi.mocked(queryClient.invalidateQueries).mockClear();
    wire().push("track.updated", { trackId: "t1", favorite: true, rating: 4 });
    expect(useApp.getState().player?.current?.track).toMatchObject({ favorite: true, rating: 4 });
    expect(queryClient.invalidateQueries).not.toHaveBeenCalled();
    wire().push("track.updated", { trackId: "t1", playCount: 3 });
    expect(vi.mocked(queryClient.invalidateQueries).mock.calls).toEqual([[{ queryKey: ["history"] }]]);
  });

  it("asks for a playlist again when it has changed elsewhere, and for the settings", () => {
    wire().push("playlist.updated", { playlist: { id: "p1" }, previousRevision: 1 });
    wire().push("settings.changed", { revision: 2, changes: [] });
    const asked = vi.mocked(queryClient.invalidateQueries).mock.calls.map(([filter]) => filter?.queryKey);
    expect(asked.slice(-3)).toEqual([["playlists"], ["playlist", "p1"], ["settings"]]);
  });

  it("knows the position by the server's clock while another device sounds", () => {
    const position = { seconds: 40, serverTime: Date.now(), rate: 1 };
    wire().push("player.state", aPlayerState({ revision: 2, isPlaying: true, outputClientId: "tv", duration: 60, position }));
    vi.advanceTimersByTime(5_000);
    expect(currentPosition()).toBeCloseTo(45, 1);
    vi.advanceTimersByTime(50_000);
    expect(currentPosition()).toBe(60);
    expect(currentPosition(INITIAL)).toBe(0);
  });

  it("knows the position by its own ears where it sounds itself", () => {
    wire().push("player.state", aPlayerState({ revision: 2, outputClientId: "me" }));
    vi.spyOn(core, "snapshot", "get").mockReturnValue({ ...core.snapshot, entryId: "e1" });
    vi.spyOn(core, "position", "get").mockReturnValue(12.5);
    expect(currentPosition()).toBe(12.5);
  });

  it("asks for another window of a long queue when the current entry nears its edge", () => {
    const entries = Array.from({ length: 200 }, (_, index) => ({ entryId: `e${index}`, lane: "context" as const, track: aTrack(index) }));
    wire().push("queue.state", aQueue({ revision: 2, total: 1_000, entries }));
    wire().push("player.state", aPlayerState({ revision: 2, current: entries[100]! }));
    expect(wire().last("queue.get")).toBeUndefined();
    wire().push("player.state", aPlayerState({ revision: 3, current: entries[190]! }));
    wire().push("player.state", aPlayerState({ revision: 4, current: entries[190]!, volume: 0.2 }));
    expect(wire().all("queue.get")).toHaveLength(1);
  });

  it("says goodbye when it is taken down", () => {
    stop();
    expect(socket.status).toBe("closed");
  });
});

describe("small things around it", () => {
  it("lets a notice go after a while, an error later", () => {
    notify("info", "one");
    notify("error", "two");
    vi.advanceTimersByTime(5_000);
    expect(useApp.getState().notices.map(({ message }) => message)).toEqual(["two"]);
    vi.advanceTimersByTime(4_000);
    expect(useApp.getState().notices).toEqual([]);
    dispatch({ type: "help", open: true });
    expect(useApp.getState().help).toBe(true);
  });

  it.each([
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome on Linux"],
    ["Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge on Windows"],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 19) AppleWebKit/605 Version/19 Safari/604", "Safari on iPhone"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Firefox/140.0", "Firefox on Mac"],
    ["curl/8", "Browser"],
  ])("calls itself by browser and system", (userAgent, name) => {
    expect(clientName(userAgent)).toBe(name);
  });
});
