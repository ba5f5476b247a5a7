import { act, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useApp } from "@/app/store";
import HelpDialog from "@/features/help/help-dialog";
import { IDLE } from "@/player/core-state";
import { core, given, socket } from "@/test/auralis";
import { show } from "@/test/page";
import { ConnectionBanner } from "./banner";
import { Notices } from "./notices";
import { Unlock } from "./unlock";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

describe("a server that cannot be reached", () => {
  it("is told only after a moment, calmly, and can be tried at once", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { user } = show(<ConnectionBanner />);
    act(() => given({ connection: "waiting" }));
    expect(screen.queryByText(/can’t be reached/)).toBeNull();
    act(() => vi.advanceTimersByTime(1_300));
    expect(screen.getByText("It is tried again in a moment.")).toBeTruthy();
    act(() => given({ connection: "connecting", core: { ...IDLE, sounding: true } }));
    expect(screen.getByText(/plays on/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Try now" }));
    expect(socket.retry).toHaveBeenCalled();
    act(() => given({ connection: "ready" }));
    act(() => vi.advanceTimersByTime(10));
    expect(screen.queryByText(/can’t be reached/)).toBeNull();
    vi.useRealTimers();
  });
});

describe("notices", () => {
  it("are shown and can be sent away", async () => {
    given({ notices: [{ id: 4, level: "error", message: "“Dawn” cannot be played." }] });
    const { user } = show(<Notices />);
    expect(screen.getByRole("status").textContent).toContain("Dawn");
    await user.click(screen.getByRole("button", { name: "Dismiss" }));
    expect(useApp.getState().notices).toEqual([]);
  });
});

describe("a page that may not sound yet", () => {
  it("asks for the one click that is needed", async () => {
    const { user } = show(<Unlock />);
    expect(screen.queryByRole("alert")).toBeNull();
    act(() => given({ core: { ...IDLE, blocked: true } }));
    await user.click(screen.getByRole("button", { name: "Play here" }));
    expect(core.unlock).toHaveBeenCalled();
  });
});

describe("help", () => {
  it("lists the keys and closes by button and by the backdrop", async () => {
    given({ help: true });
    const { user } = show(<HelpDialog />);
    expect(screen.getByText("Play or pause")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(useApp.getState().help).toBe(false);
    act(() => given({ help: true }));
    await user.click(screen.getByRole("dialog"));
    expect(useApp.getState().help).toBe(false);
  });
});
