import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { conductor } from "@/test/auralis";
import { aTrack, someStats, tracks } from "@/test/factories";
import { show } from "@/test/page";
import { page, serve } from "@/test/server";
import { filtersOf, paramsOf } from "./filtering";
import LibraryView from "./library-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

function open(path = "/") {
  const log = serve({
    "GET /tracks": (asked) => page(asked.params.ratingMin === "5" ? [] : asked.params.favorite ? [aTrack(4), aTrack(5, { missing: true })] : tracks(30))(asked),
    "GET /albums": page([]),
    "GET /library/stats": () => ({ data: someStats() }),
    "GET /library/genres": page([{ id: "g1", name: "Ambient", trackCount: 3 }]),
  });
  return { ...show(<LibraryView />, path), log };
}

describe("the library, narrowed", () => {
  it("shows what passes, keeps the filters in the address, and plays among them", async () => {
    const { user, address, log } = open();
    await user.click(await screen.findByRole("button", { name: "Filter" }));
    await user.click(screen.getByRole("button", { name: "Favourites" }));
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("2 tracks"));
    expect(address()).toContain("favorite=true");
    await user.selectOptions(screen.getByRole("combobox", { name: "Genre" }), await screen.findByRole("option", { name: "Ambient (3)" }));
    await user.type(screen.getByRole("textbox", { name: "From year" }), "1999{Enter}");
    await waitFor(() => expect(log.at(-1)!.params).toMatchObject({ favorite: "true", genre: "g1", yearMin: "1999" }));
    await user.dblClick(await screen.findByText("Track 4"));
    await waitFor(() => expect(conductor.playTrack).toHaveBeenCalledWith(expect.objectContaining({ id: "t4" }), { trackId: "t4", context: { type: "tracks", trackIds: ["t4"] } }));
    await user.click(screen.getByRole("button", { name: "Clear" }));
    expect(address()).not.toContain("favorite");
  });

  it("says so when nothing passes", async () => {
    const { user } = open("/?favorite=true");
    await user.selectOptions(await screen.findByRole("combobox", { name: "Rating" }), "5");
    expect(await screen.findByText("Nothing is like that")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Never played" }));
    await user.type(screen.getByRole("textbox", { name: "To year" }), "soon{Enter}");
    expect((screen.getByRole("textbox", { name: "To year" }) as HTMLInputElement).value).toBe("");
  });
});

describe("filters in an address", () => {
  it("come back as they were, and nonsense is left out", () => {
    const filters = { genre: "g1", yearMin: 1990, ratingMin: 4, favorite: true as const, played: false };
    expect(filtersOf(new URLSearchParams(paramsOf(filters)))).toEqual(filters);
    expect(filtersOf(new URLSearchParams("yearMin=soon&ratingMin=9&yearMax=-1&favorite=perhaps"))).toEqual({});
  });
});
