import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { LibraryMap } from "@/api/types";
import { conductor, playing, socket } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { problem, serve, type Routes } from "@/test/server";
import { draw } from "./draw";
import { around, enclosed, fitted, inView, moved, nearest, onMap, onScreen, zoomed } from "./geometry";
import { wordsOf } from "./atlas";
import MapView, { scaled } from "./map-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const axis = (dimension: string, correlation: number) => ({ explained: 0.2, grows: [{ dimension, correlation }, { dimension: "bass", correlation: 0.4 }] });
const MAP: LibraryMap = {
  basis: { tracks: 4, fittedOn: 0 },
  axes: { x: axis("presence", 0.9), y: axis("loudness_lufs", -0.8) },
  bounds: { x: [-1, 1], y: [-1, 1] },
  inside: 4,
  ids: ["t1", "t2", "t3", "t4"],
  x: [0, 0.5, -0.9, 0.9],
  y: [0, 0.5, -0.9, -0.9],
  dimension: "loudness_lufs",
  values: [-20, -14, -9, -9],
};
const SIZE = { width: 1000, height: 800 };
const LOUDNESS = { name: "loudness_lufs", group: "level", unit: "LUFS", low: -70, high: 0, definition: "" };

describe("places on the map", () => {
  const view = fitted(MAP.bounds, SIZE);

  it("fit on the screen, up is up, and come back from there", () => {
    for (const [index, x] of MAP.x.entries()) {
      const point = onScreen(view, SIZE, x, MAP.y[index]!);
      expect(point[0]).toBeGreaterThan(0);
      expect(point[1]).toBeLessThan(800);
      expect(onMap(view, SIZE, point)[0]).toBeCloseTo(x);
    }
    expect(onScreen(view, SIZE, 0, 1)[1]).toBeLessThan(onScreen(view, SIZE, 0, 0)[1]);
  });

  it("stay under the pointer while one comes nearer, and one goes neither too near nor too far", () => {
    const before = onMap(view, SIZE, [300, 200]);
    const closer = zoomed(view, SIZE, [300, 200], 3, view.scale);
    onMap(closer, SIZE, [300, 200]).forEach((value, index) => expect(value).toBeCloseTo(before[index]!));
    expect(zoomed(view, SIZE, [0, 0], 1e-9, view.scale).scale).toBe(view.scale / 2);
    expect(zoomed(view, SIZE, [0, 0], 1e9, view.scale).scale).toBe(4_000);
    expect(moved(view, view.scale, 0).x).toBeCloseTo(view.x - 1);
  });

  it("are found by a point, by nearness, by what is in view, and by a line around them", () => {
    expect(nearest(MAP, view, SIZE, onScreen(view, SIZE, 0.51, 0.5), 14)).toBe(1);
    expect(nearest(MAP, view, SIZE, [2, 2], 14)).toBe(-1);
    expect(around(MAP, 0.4, 0.4, 2)).toEqual(["t2", "t1"]);
    expect(inView(MAP, { x: 0, y: 0, scale: 1_000 }, SIZE, 9)).toEqual(["t1"]);
    expect(inView(MAP, view, SIZE, 9)).toHaveLength(4);
    const corner = [onScreen(view, SIZE, -1, -1), onScreen(view, SIZE, 1, -1), onScreen(view, SIZE, 1, -0.5), onScreen(view, SIZE, -1, -0.5)];
    expect(enclosed(MAP, view, SIZE, corner)).toEqual(["t3", "t4"]);
  });

  it("are coloured on the dimension's own scale", () => {
    expect(scaled(MAP)).toMatchObject({ low: -20, high: -9 });
    expect(scaled(MAP).shares![0]).toBe(0);
    expect(scaled(MAP).shares![3]).toBe(1);
    expect(scaled({ values: null, dimension: null }).shares).toBeNull();
    expect(wordsOf(MAP.axes.y)).toBe("less loudness, more bass");
  });

  it("are drawn with what plays, what is pointed at and the line", () => {
    const calls: string[] = [];
    const context = new Proxy({}, { get: (_, name) => (typeof name === "string" ? () => calls.push(name) : undefined), set: () => true });
    const canvas = document.createElement("canvas");
    canvas.getContext = (() => context) as never;
    draw(canvas, MAP, { x: 0, y: 0, scale: 100 }, { shares: [0, 0.5, 1, 1], current: 0, pointed: 1, chosen: new Set(["t3"]), line: [[0, 0], [9, 9]] });
    expect(calls.filter((name) => name === "stroke")).toHaveLength(3);
    expect(canvas.children).toHaveLength(0);
  });
});

describe("the map", () => {
  beforeEach(() => {
    HTMLCanvasElement.prototype.getBoundingClientRect = () => ({ left: 0, top: 0, width: 1000, height: 800, right: 0, bottom: 0, x: 0, y: 0, toJSON: () => "" });
  });

  function open(routes: Routes = {}) {
    const log = serve({
      "GET /map": () => ({ data: MAP }),
      "GET /fingerprints/dimensions": () => ({ data: [LOUDNESS, { ...LOUDNESS, name: "bass", unit: "share" }] }),
      "POST /tracks/batch-get": ({ body }) => ({ data: { successful: (body as { trackIds: string[] }).trackIds.map((id) => aTrack(Number(id.slice(1)))), errors: [], meta: {} } }),
      "GET /tracks/t1": () => ({ data: aTrack(1) }),
      "POST /playlists": () => ({ data: { id: "p1", name: "Corner" } }),
      ...routes,
    });
    return { ...show(<MapView />, "/map"), log };
  }
  const canvas = () => screen.findByRole("application");

  it("plays what is clicked, and what lies around it", async () => {
    open();
    const map = await canvas();
    fireEvent.pointerMove(map, { clientX: 500, clientY: 400 });
    expect(await screen.findByText("Track 1", { selector: "strong" })).toBeTruthy();
    fireEvent.pointerDown(map, { button: 0, pointerId: 1, clientX: 500, clientY: 400 });
    fireEvent.pointerUp(map, { pointerId: 1, clientX: 500, clientY: 400 });
    expect(conductor.playContext).toHaveBeenCalledWith({ type: "tracks", trackIds: ["t1", "t2", "t3", "t4"] });
    fireEvent.pointerLeave(map);
    expect(screen.queryByText("Track 1", { selector: "strong" })).toBeNull();
  });

  it("is moved and zoomed by hand, wheel and keys; the list beside it follows", async () => {
    const { user } = open();
    const map = await canvas();
    await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(4));
    for (let step = 0; step < 5; step += 1) await user.click(screen.getByRole("button", { name: "Nearer" }));
    await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: /^Track 1/ }));
    expect(conductor.playContext).toHaveBeenCalled();
    fireEvent.pointerDown(map, { button: 0, pointerId: 1, clientX: 500, clientY: 400 });
    fireEvent.pointerMove(map, { pointerId: 1, clientX: 3_500, clientY: 400 });
    fireEvent.pointerUp(map, { pointerId: 1, clientX: 3_500, clientY: 400 });
    await waitFor(() => expect(screen.queryByRole("button", { name: /^Track 1/ })).toBeNull());
    fireEvent.keyDown(map, { key: "Home" });
    await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(4));
    for (const key of ["ArrowLeft", "ArrowUp", "+", "-", "x"]) fireEvent.keyDown(map, { key });
    fireEvent.wheel(map, { deltaY: -400 });
    await user.click(screen.getByRole("button", { name: "Further away" }));
    await user.click(screen.getByRole("button", { name: "Show all" }));
    await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(4));
  });

  it("lets a line be drawn around tracks, for the queue or a playlist", async () => {
    const { user, log, address } = open();
    const map = await canvas();
    await user.click(screen.getByRole("button", { name: "Draw around tracks" }));
    fireEvent.pointerDown(map, { button: 0, pointerId: 1, clientX: 0, clientY: 500 });
    for (const [clientX, clientY] of [[1000, 500], [1000, 800], [0, 800]]) fireEvent.pointerMove(map, { pointerId: 1, clientX, clientY });
    fireEvent.pointerUp(map, { pointerId: 1, clientX: 0, clientY: 800 });
    expect(await screen.findByText("2 tracks chosen")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Add to queue" }));
    expect(socket.request).toHaveBeenCalledWith("queue.add", { context: { type: "tracks", trackIds: ["t3", "t4"] }, position: "end" });
    await user.click(screen.getByRole("button", { name: "Play" }));
    expect(conductor.playContext).toHaveBeenCalledWith({ type: "tracks", trackIds: ["t3", "t4"] });
    await user.click(screen.getByRole("button", { name: "Playlist" }));
    await user.type(screen.getByRole("textbox", { name: "Name" }), "Corner{Enter}");
    await waitFor(() => expect(address()).toBe("/playlists/p1"));
    expect(log.at(-1)).toMatchObject({ method: "POST", body: { name: "Corner", trackIds: ["t3", "t4"] } });
  });

  it("is coloured by any dimension", async () => {
    playing(aTrack(1));
    const { user, log } = open();
    expect(await screen.findByText(/^Loudness .20.0/)).toBeTruthy();
    await user.selectOptions(screen.getByRole("combobox", { name: "Colour" }), "bass");
    await waitFor(() => expect(log.filter(({ path }) => path === "/map").at(-1)!.params).toMatchObject({ dimension: "bass", trackId: "t1" }));
  });

  it("says when there is none yet", async () => {
    open({ "GET /map": () => ({ data: { ...MAP, ids: [], x: [], y: [], values: [] } }) });
    expect(await screen.findByText("No map yet")).toBeTruthy();
  });

  it("says when it cannot be had", async () => {
    open({ "GET /map": () => problem(503, "BUSY", "Come back later.") });
    expect(await screen.findByText("Come back later.")).toBeTruthy();
  });
});
