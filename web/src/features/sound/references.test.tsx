import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { SoundReference } from "@/api/types";
import { useApp } from "@/app/store";
import { conductor, given, playing } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { page, problem, serve } from "@/test/server";
import { References } from "./references";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const aReference = (id: string, given: Partial<SoundReference> = {}) =>
  ({ id, preset: `reference:${id}`, name: `Reference ${id}`, trackId: null, uploaded: true, loudnessLufs: -11, ...given }) as SoundReference;

describe("references", () => {
  it("are chosen as a preset is, and let go of again", async () => {
    playing(aTrack(1));
    serve({ "GET /processing/references": page([aReference("a"), aReference("b", { uploaded: false })]) });
    const { user } = show(<References />);
    await user.click(await screen.findByRole("button", { name: /^Reference a/ }));
    expect(conductor.setEnhancement).toHaveBeenCalledWith({ enabled: true, preset: "reference:a" });
    const player = useApp.getState().player!;
    given({ player: { ...player, enhancement: { ...player.enhancement, preset: "reference:b" } } });
    await user.click(await screen.findByRole("button", { name: /^Reference b/, pressed: true }));
    expect(conductor.setEnhancement).toHaveBeenLastCalledWith({ enabled: true, preset: "adaptive" });
  });

  it("are made of what plays or of a file, and forgotten", async () => {
    playing(aTrack(1));
    let known: SoundReference[] = [];
    const log = serve({
      "GET /processing/references": (asked) => page(known)(asked),
      "POST /processing/references": ({ body }) => {
        if (!body) return problem(422, "INVALID_AUDIO", "That is no music.");
        known = [aReference("a", { trackId: "t1" })];
        return { data: known[0] };
      },
      "DELETE /processing/references/a": () => {
        known = [];
        return { data: {} };
      },
    });
    const { user } = show(<References />);
    expect(await screen.findByText(/^What you play is mastered towards/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "What plays" }));
    await waitFor(() => expect(log.some(({ method, body }) => method === "POST" && (body as { trackId?: string })?.trackId === "t1")).toBe(true));
    await screen.findByRole("button", { name: /^Reference a/ });
    expect(screen.getByRole("button", { name: "What plays" })).toHaveProperty("disabled", true);
    fireEvent.change(screen.getByLabelText("File of a reference"), { target: { files: [new File(["x"], "no.wav")] } });
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("That is no music."));
    await user.click(screen.getByRole("button", { name: "Forget the reference Reference a" }));
    await screen.findByText(/^What you play is mastered towards/);
  });
});
