import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { TrackDetail } from "@/api/types";
import { useApp } from "@/app/store";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { problem, serve, type Routes } from "@/test/server";
import { hideTrack } from "./changes";
import EditDialog from "./edit-dialog";
import { changesOf, formOf, wrongFields } from "./form";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const DETAIL = { ...aTrack(1), key: null, bpm: 120, labels: ["Ash"], edited: ["album"], revision: 7 } as unknown as TrackDetail;

function open(routes: Routes = {}) {
  const log = serve({
    "GET /tracks/t1": () => ({ data: DETAIL }),
    "GET /tracks/t1/lyrics": () => ({ data: { text: "La la", synced: null, language: null, source: "embedded" } }),
    "PUT /tracks/t1": () => ({ data: DETAIL }),
    ...routes,
  });
  const closed = vi.fn();
  const page = show(<EditDialog trackId="t1" onClose={closed} />);
  const sent = () => log.filter(({ method }) => method === "PUT").map(({ body }) => body);
  return { ...page, closed, sent };
}

describe("the details of a track", () => {
  it("are sent where they have changed, with the revision that was seen", async () => {
    const { user, closed, sent } = open();
    const title = await screen.findByRole("textbox", { name: "Title" });
    expect(screen.getByRole("button", { name: "Save" })).toHaveProperty("disabled", true);
    await user.clear(title);
    expect(screen.getByRole("alert").textContent).toContain("needs a title");
    await user.type(title, "Ebb");
    const genres = screen.getByRole("textbox", { name: "Genres" });
    await user.clear(genres);
    await user.type(genres, "Ambient; Drone;");
    await user.click(screen.getByRole("switch", { name: "Write it into the file too" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(closed).toHaveBeenCalled());
    expect(sent()).toEqual([{ title: "Ebb", genres: ["Ambient", "Drone"], expectedRevision: 7, writeToFile: true }]);
  });

  it("are taken back to what the file says", async () => {
    const { user, closed, sent } = open();
    expect(await screen.findByText("edited")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Take edits back" }));
    await waitFor(() => expect(closed).toHaveBeenCalled());
    expect(sent()).toEqual([{ album: null }]);
  });

  it("stay open where the server refuses", async () => {
    const { user, closed } = open({ "PUT /tracks/t1": () => problem(409, "CONFLICT", "It was changed elsewhere.") });
    await user.type(await screen.findByRole("textbox", { name: "Artist" }), "!");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("It was changed elsewhere."));
    expect(closed).not.toHaveBeenCalled();
  });

  it("say when they cannot be had", async () => {
    open({ "GET /tracks/t1": () => problem(404, "TRACK_NOT_FOUND", "No such track.") });
    expect(await screen.findByText("No such track.")).toBeTruthy();
  });
});

describe("the fields", () => {
  const before = formOf(DETAIL, "");

  it("tell what cannot be taken", () => {
    expect(wrongFields(before)).toEqual([]);
    expect(wrongFields({ ...before, title: " ", date: "02.04.2021", trackNumber: "one", bpm: "900" })).toEqual(["title", "trackNumber", "date", "bpm"]);
  });

  it("tell numbers as numbers, and an emptied one as the file's own", () => {
    expect(changesOf(before, { ...before, trackNumber: "3", bpm: "", labels: "", artist: "" })).toEqual({ trackNumber: 3, bpm: null, labels: [], artist: "" });
  });
});

describe("a track that is hidden", () => {
  it("comes back by undo", async () => {
    const log = serve({ "DELETE /tracks/t1": () => ({ data: {} }), "PUT /tracks/t1": () => ({ data: {} }) });
    const { client } = show(<p />);
    await hideTrack(client, aTrack(1));
    useApp.getState().notices.at(-1)!.undo!();
    await waitFor(() => expect(log.at(-1)).toMatchObject({ method: "PUT", body: { hidden: false } }));
  });
});
