import { act, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useApp } from "@/app/store";
import { given, playing, socket } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { Meters } from "./meters";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const READING = {
  momentaryLufs: -14.2,
  shortTermLufs: -70,
  truePeakDbtp: -1.04,
  gainReductionDb: 3,
  correlation: 0.5,
  spectrumDb: Array.from({ length: 31 }, () => -42),
};

describe("the meters", () => {
  it("are asked for while they are on screen, and show what is heard", () => {
    playing(aTrack(1));
    const page = show(<Meters />);
    expect(socket.request).toHaveBeenCalledWith("connection.subscribe", { topics: ["audio.analysis"] });
    const [type, tell] = socket.on.mock.calls[0]!;
    expect(type).toBe("audio.analysis");
    act(() => tell({ data: READING }));
    expect(screen.getByText(/^.14\.2.LUFS$/)).toBeTruthy();
    expect(screen.getByText(/^.1\.0.dBTP$/)).toBeTruthy();
    expect(screen.getByText(/^3\.0.dB$/)).toBeTruthy();
    expect(screen.getByText("0.50")).toBeTruthy();
    expect(screen.getAllByText("–")).toHaveLength(1);
    const band = screen.getByRole("img").children[4] as HTMLElement;
    expect(band.style.getPropertyValue("--level")).toBe("0.5");
    act(() => given({ player: { ...useApp.getState().player!, isPlaying: false } }));
    expect(screen.getAllByText("–")).toHaveLength(5);
    expect(band.style.getPropertyValue("--level")).toBe("0");
    page.unmount();
    expect(socket.request).toHaveBeenLastCalledWith("connection.unsubscribe", { topics: ["audio.analysis"] });
  });
});
