import { screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { DirectoryEntry } from "@/api/types";
import { conductor } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve } from "@/test/server";
import FoldersView from "./folders-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const directory = (name: string, path: string): DirectoryEntry => ({ kind: "directory", name, path, track: null });
const file = (n: number, missing = false): DirectoryEntry => ({ kind: "track", name: `0${n}.flac`, path: null, track: aTrack(n, { missing }) });

const TREE: Record<string, DirectoryEntry[]> = {
  "": [directory("Music", "f1")],
  f1: [directory("Tidelines", "f1/Tidelines")],
  "f1/Tidelines": [file(1), file(2), file(3, true)],
  "f1/Empty": [],
};

function open(path: string) {
  serve({ "GET /library/browse": (asked) => (TREE[asked.params.path ?? ""] ? page(TREE[asked.params.path ?? ""]!)(asked) : problem(404, "NOT_FOUND", "No such folder.")) });
  return show(<FoldersView />, `/folders${path && `?path=${encodeURIComponent(path)}`}`, "/folders");
}

describe("the folders", () => {
  it("are walked down and up again", async () => {
    const { user, address } = open("");
    await user.click(await screen.findByRole("link", { name: "Music" }));
    await user.click(await screen.findByRole("link", { name: "Tidelines" }));
    expect(await screen.findByRole("heading", { name: "Tidelines" })).toBeTruthy();
    await user.click(screen.getByRole("link", { name: "Music folder" }));
    expect(address()).toBe("/folders?path=f1");
  });

  it("play a file and what lies beside it", async () => {
    const { user } = open("f1/Tidelines");
    await user.click(await screen.findByRole("button", { name: "Play Track 2" }));
    expect(conductor.playTrack).toHaveBeenCalledWith(expect.objectContaining({ id: "t2" }), { trackId: "t2", context: { type: "tracks", trackIds: ["t1", "t2"] } });
    expect(screen.getByRole("button", { name: "Play Track 3" })).toHaveProperty("disabled", true);
    await user.click(screen.getByRole("button", { name: "More for Track 1" }));
    expect(screen.getByRole("menuitem", { name: "Edit details…" })).toBeTruthy();
  });

  it("may be empty, or gone", async () => {
    open("f1/Empty");
    expect(await screen.findByText("Nothing in here")).toBeTruthy();
  });

  it("may be gone", async () => {
    open("f1/Gone");
    expect(await screen.findByText("No such folder.")).toBeTruthy();
  });
});
