import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useApp } from "@/app/store";
import { conductor, given, playing, socket } from "@/test/auralis";
import { aTrack } from "@/test/factories";
import { show } from "@/test/page";
import { aQueue } from "@/test/socket";
import { QueueList } from "./queue-list";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

const entries = [1, 2, 3].map((n) => ({ entryId: `e${n}`, lane: "context" as const, track: aTrack(n, n === 3 ? { artist: null } : {}) }));

function queue() {
  playing(aTrack(2));
  const current = { ...useApp.getState().player!, current: entries[1]! };
  given({ player: current, queue: aQueue({ entries, total: 340, offset: 10, currentIndex: 11, canUndo: true }) });
  return show(<QueueList />);
}

describe("the queue", () => {
  it("says when it is empty", () => {
    show(<QueueList />);
    expect(screen.getByText("The queue is empty")).toBeTruthy();
  });

  it("shows what was, is and comes, and how far it is", () => {
    queue();
    expect(screen.getByText("12 of 340 tracks")).toBeTruthy();
    expect(screen.getAllByRole("listitem").map((entry) => entry.dataset.place)).toEqual(["past", "current", "next"]);
    expect(screen.getByRole("button", { name: /^Current:.*Track 2.*Nina Vale/ })).toBeTruthy();
    expect(screen.getByText("Unknown artist")).toBeTruthy();
  });

  it("calls an entry by what is seen of it", () => {
    queue();
    const shown = screen.getAllByRole("listitem").map((entry) => entry.querySelector("button")!);
    for (const entry of shown) expect(entry.hasAttribute("aria-label")).toBe(false);
    expect(screen.getByRole("button", { name: /Track 3.*Unknown artist.*3:03/ })).toBeTruthy();
  });

  it("plays an entry by a double click, a key, a screen reader, or a touch, not by a mere click", async () => {
    const { user } = queue();
    const third = screen.getByRole("button", { name: /Track 3/ });
    await user.click(third);
    expect(conductor.jump).not.toHaveBeenCalled();
    await user.dblClick(third);
    expect(conductor.jump).toHaveBeenCalledWith(entries[2]);
    for (const key of ["{Enter}", " "]) {
      screen.getByRole("button", { name: /Track 1/ }).focus();
      await user.keyboard(key);
      expect(conductor.jump).toHaveBeenLastCalledWith(entries[0]);
      await user.dblClick(third);
    }
    screen.getByRole("button", { name: /Track 2/ }).click();
    expect(conductor.jump).toHaveBeenLastCalledWith(entries[1]);
    const touch = Object.assign(new MouseEvent("click", { bubbles: true }), { pointerType: "touch" });
    fireEvent(third, touch);
    expect(conductor.jump).toHaveBeenLastCalledWith(entries[2]);
  });

  it("is walked with the arrow keys", () => {
    queue();
    const [first, second] = screen.getAllByRole("listitem").map((entry) => entry.querySelector("button")!);
    first!.focus();
    fireEvent.keyDown(first!, { key: "ArrowDown" });
    expect(document.activeElement).toBe(second);
    fireEvent.keyDown(second!, { key: "ArrowUp" });
    expect(document.activeElement).toBe(first);
    fireEvent.keyDown(first!, { key: "a" });
    expect(document.activeElement).toBe(first);
  });

  it("is changed by keys and buttons, and changes are taken back", async () => {
    const { user } = queue();
    const second = screen.getByRole("button", { name: /Track 2/ });
    second.focus();
    fireEvent.keyDown(second, { key: "ArrowDown", altKey: true });
    expect(socket.request).toHaveBeenLastCalledWith("queue.reorder", { entryId: "e2", afterEntryId: "e3" });
    fireEvent.keyDown(second, { key: "ArrowUp", altKey: true });
    expect(socket.request).toHaveBeenLastCalledWith("queue.reorder", { entryId: "e2", afterEntryId: null });
    fireEvent.keyDown(second, { key: "Delete" });
    expect(socket.request).toHaveBeenLastCalledWith("queue.remove", { entryIds: ["e2"] });
    await user.click(screen.getAllByRole("button", { name: "Remove from the queue" })[2]!);
    expect(socket.request).toHaveBeenLastCalledWith("queue.remove", { entryIds: ["e3"] });
    await user.click(screen.getByRole("button", { name: /^Undo/ }));
    expect(socket.request).toHaveBeenLastCalledWith("queue.undo", {});
    await user.click(screen.getByRole("button", { name: /^Clear/ }));
    expect(socket.request).toHaveBeenLastCalledWith("queue.clear", { keepCurrent: true });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: /^Redo/ }).disabled).toBe(true);
  });

  it("is put in order by dragging", () => {
    queue();
    const [first, second, third] = screen.getAllByRole("listitem");
    fireEvent.dragStart(third!);
    fireEvent.dragOver(first!);
    fireEvent.drop(first!);
    expect(socket.request).toHaveBeenLastCalledWith("queue.reorder", { entryId: "e3", afterEntryId: null });
    fireEvent.dragStart(first!);
    fireEvent.dragOver(second!);
    fireEvent.drop(second!);
    expect(socket.request).toHaveBeenLastCalledWith("queue.reorder", { entryId: "e1", afterEntryId: "e2" });
  });
});
