import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useApp } from "@/app/store";
import { show } from "@/test/page";
import { problem, serve } from "@/test/server";
import { Opinion } from "./opinion";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

describe("what is thought of an album or an artist", () => {
  it("is told to the server, and refused in words", async () => {
    const log = serve({
      "PUT /albums/al1/favorite": () => ({ data: {} }),
      "PUT /albums/al1/rating": () => problem(404, "ALBUM_NOT_FOUND", "No such album."),
    });
    const { user } = show(<Opinion kind="albums" id="al1" name="Tidelines" favorite={false} rating={null} />);
    await user.click(screen.getByRole("button", { name: "Favourite: Tidelines" }));
    screen.getByRole("slider", { name: "Rating of Tidelines" }).focus();
    await user.keyboard("4");
    await waitFor(() => expect(useApp.getState().notices.at(-1)?.message).toBe("No such album."));
    expect(log.map(({ body }) => body)).toEqual([{ favorite: true }, { rating: 4 }]);
  });
});
