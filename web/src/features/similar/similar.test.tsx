import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { conductor, playing } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { problem, serve, type Asked } from "@/test/server";
import { wordsFor } from "./ranges";
import SimilarView from "./similar-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const TEMPO = { name: "tempo_bpm", group: "rhythm", unit: "BPM", low: 30, high: 300, definition: "Beats a minute." };
const AGREES = [{ dimension: "tempo_bpm", unit: "BPM", value: 120, reference: 121, spreads: 0.1 }];
const DIFFERS = [{ dimension: "loudness_lufs", unit: "LUFS", value: -14.5, reference: -9, spreads: 2 }];
const found = (numbers: number[], fittedOn = 40) => ({
  basis: { tracks: 40, fittedOn },
  items: numbers.map((n) => ({ track: aTrack(n), distance: n / 10, agrees: AGREES, differs: n > 2 ? DIFFERS : [] })),
});

function open(path: string, answer: (asked: Asked) => { data: unknown } | Response = () => ({ data: found([2, 3]) })) {
  const log = serve({
    "GET /fingerprints/dimensions": () => ({ data: [TEMPO] }),
    "GET /tracks/t1": () => ({ data: aTrack(1) }),
    "GET /fingerprints/search": answer,
  });
  const asked = () => log.filter(({ path: at }) => at === "/fingerprints/search");
  return { ...show(<SimilarView />, path, "/similar"), asked };
}

describe("more like this", () => {
  it("lists the nearest first, with the reasons, and plays them", async () => {
    const { user, asked } = open("/similar?track=t1");
    expect(await screen.findByText("Track 2")).toBeTruthy();
    expect(screen.getAllByText(/^Tempo 120.0 BPM ≈ 121.0 BPM$/)).toHaveLength(2);
    expect(screen.getByText(/^But Loudness .14.5 LUFS, not .9.0 LUFS$/)).toBeTruthy();
    expect(await screen.findByText(/Sounds like “Track 1” by Nina Vale · 40 tracks compared/)).toBeTruthy();
    expect(asked()[0]!.params).toMatchObject({ similarTo: "t1" });
    await user.click(screen.getByRole("button", { name: "Play Track 3" }));
    expect(conductor.playTrack).toHaveBeenCalledWith(expect.objectContaining({ id: "t3" }), { trackId: "t3", context: { type: "tracks", trackIds: ["t2", "t3"] } });
    await user.click(screen.getByRole("button", { name: "Play" }));
    expect(conductor.playContext).toHaveBeenCalledWith({ type: "tracks", trackIds: ["t2", "t3"] });
    await user.click(screen.getByRole("button", { name: "More for Track 2" }));
    expect(screen.getByRole("menuitem", { name: "Compare the sounds" })).toBeTruthy();
  });

  it("is narrowed by ranges, which are words and can be taken away", async () => {
    const { user, asked, address } = open("/similar?track=t1");
    await user.type(await screen.findByRole("textbox", { name: "From" }), "100");
    await user.type(screen.getByRole("textbox", { name: "To" }), "90");
    expect(screen.getByRole("button", { name: "Add" })).toHaveProperty("disabled", true);
    await user.clear(screen.getByRole("textbox", { name: "To" }));
    await user.click(screen.getByRole("button", { name: "Add" }));
    expect(address()).toBe("/similar?track=t1&range=tempo_bpm%3A100..");
    expect(await screen.findByText("Tempo from 100 BPM")).toBeTruthy();
    await waitFor(() => expect(asked().at(-1)!.params).toMatchObject({ range: "tempo_bpm:100.." }));
    await user.click(screen.getByRole("button", { name: "Remove Tempo from 100 BPM" }));
    expect(address()).toBe("/similar?track=t1");
  });

  it("begins with what plays, and says what it needs", async () => {
    open("/similar");
    expect(await screen.findByText("Like what?")).toBeTruthy();
  });

  it("takes what plays where no track is named, and says when nothing is found or it fails", async () => {
    playing(aTrack(1));
    let answer: () => { data: unknown } | Response = () => ({ data: found([], 0) });
    const { user } = open("/similar", () => answer());
    expect(await screen.findByText("Nothing sounds like that")).toBeTruthy();
    answer = () => problem(422, "VALIDATION_ERROR", "That is no range.");
    await user.type(screen.getByRole("textbox", { name: "To" }), "9");
    await user.click(screen.getByRole("button", { name: "Add" }));
    expect(await screen.findByText("That is no range.")).toBeTruthy();
  });

  it("puts ranges into words", () => {
    expect(wordsFor("tempo_bpm:..90", [])).toBe("Tempo up to 90");
    expect(wordsFor("tempo_bpm:60..90", [TEMPO])).toBe("Tempo 60 to 90 BPM");
  });
});
