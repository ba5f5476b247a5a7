import { act, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Button, IconButton } from "./button";
import { Choices } from "./choices";
import { Cover } from "./cover";
import { PageHead } from "./page-head";
import { Segmented } from "./segmented";
import { Slider } from "./slider";
import { Empty, Failure, Loading } from "./state";
import { Switch } from "./switch";

afterEach(() => void vi.useRealTimers());

describe("buttons", () => {
  it("do not send forms, and are named", async () => {
    const press = vi.fn();
    render(
      <>
        <Button onClick={press}>Scan</Button>
        <IconButton label="Mute" shortcut="M" onClick={press}>
          <svg />
        </IconButton>
        <IconButton label="Queue">
          <svg />
        </IconButton>
      </>,
    );
    for (const button of screen.getAllByRole("button")) expect(button).toHaveProperty("type", "button");
    await userEvent.click(screen.getByRole("button", { name: "Scan" }));
    await userEvent.click(screen.getByRole("button", { name: "Mute" }));
    expect(press).toHaveBeenCalledTimes(2);
    expect(screen.getByTitle("Mute (M)")).toBeTruthy();
    expect(screen.getByTitle("Queue")).toBeTruthy();
  });
});

describe("Switch", () => {
  it("tells its state and asks for the other", async () => {
    const change = vi.fn();
    const { rerender } = render(<Switch label="Enhancement" checked={false} onChange={change} />);
    const lamp = screen.getByRole("switch", { name: "Enhancement", checked: false });
    await userEvent.click(lamp);
    expect(change).toHaveBeenCalledExactlyOnceWith(true);
    rerender(<Switch label="Enhancement" checked onChange={change} disabled />);
    expect(screen.getByRole("switch", { checked: true })).toHaveProperty("disabled", true);
  });
});

describe("Segmented", () => {
  it("lets one of a few be chosen", async () => {
    function Choice() {
      const [value, setValue] = useState<"a" | "b">("a");
      const options = [
        { value: "a" as const, label: "Newest" },
        { value: "b" as const, label: "Title" },
      ];
      return <Segmented label="Sort by" options={options} value={value} onChange={setValue} />;
    }
    render(<Choice />);
    await userEvent.click(screen.getByRole("button", { name: "Title" }));
    expect(screen.getByRole("button", { name: "Title", pressed: true })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Newest", pressed: false })).toBeTruthy();
    expect(screen.getByRole("group", { name: "Sort by" })).toBeTruthy();
  });
});

describe("Slider", () => {
  function slider(value: number, given: Partial<Parameters<typeof Slider>[0]> = {}) {
    return <Slider label="Volume" value={value} describe={(at) => `${Math.round(at * 100)} percent`} {...given} />;
  }
  const input = () => screen.getByRole<HTMLInputElement>("slider", { name: "Volume" });

  it("says its value in words", () => {
    render(slider(0.5));
    expect(input().getAttribute("aria-valuetext")).toBe("50 percent");
    expect(input().style.getPropertyValue("--fill")).toBe("0.5");
  });

  it("tells every move, and the last one when it has come to rest", () => {
    vi.useFakeTimers();
    const [move, commit] = [vi.fn(), vi.fn()];
    render(slider(0.5, { onMove: move, onCommit: commit }));
    for (const value of [0.6, 0.7]) fireEvent.change(input(), { target: { value } });
    expect(move.mock.calls).toEqual([[0.6], [0.7]]);
    expect(commit).not.toHaveBeenCalled();
    act(() => void vi.advanceTimersByTime(200));
    expect(commit).toHaveBeenCalledExactlyOnceWith(0.7);
  });

  it("stays under the hand, and goes by what is given once it is let go", () => {
    vi.useFakeTimers();
    const { rerender } = render(slider(0.5));
    fireEvent.change(input(), { target: { value: 0.9 } });
    rerender(slider(0.4));
    expect(input().value).toBe("0.9");
    act(() => void vi.advanceTimersByTime(1_000));
    expect(input().value).toBe("0.4");
  });

  it("does not work after it has gone", () => {
    vi.useFakeTimers();
    const commit = vi.fn();
    const { unmount } = render(slider(0.5, { onCommit: commit }));
    fireEvent.change(input(), { target: { value: 0.9 } });
    unmount();
    vi.advanceTimersByTime(1_000);
    expect(commit).not.toHaveBeenCalled();
  });
});

describe("Cover", () => {
  const image = () => document.querySelector("img");

  it("shows a picture that fits, twice as fine on fine screens, and hides it from those who hear the page", () => {
    render(<Cover artworkId="a1" name="Tidelines" size={40} />);
    expect(image()!.getAttribute("src")).toBe("/api/v1/artwork/a1?size=64");
    expect(image()!.srcset).toBe("/api/v1/artwork/a1?size=64 1x, /api/v1/artwork/a1?size=128 2x");
    expect(image()!.alt).toBe("");
    expect(image()!.getAttribute("loading")).toBe("lazy");
  });

  it("never asks for more than there is", () => {
    render(<Cover artworkId="a1" name="Tidelines" size={900} eager />);
    expect(image()!.srcset).toContain("size=1024 2x");
    expect(image()!.getAttribute("loading")).toBe("eager");
  });

  it("draws grooves of its own where there is no picture, the same ones each time", () => {
    const draw = (name: string) => render(<Cover artworkId={null} name={name} size={40} />).container.innerHTML;
    expect(draw("Tidelines")).toContain(">T</text>");
    expect(draw("Tidelines")).toBe(draw("Tidelines"));
    expect(draw("Tidelines")).not.toBe(draw("Undertow"));
    expect(draw("")).toContain("<svg");
    expect(image()).toBeNull();
  });

  it("draws them too when a picture cannot be loaded, and tries the next picture anew", () => {
    const { rerender, container } = render(<Cover artworkId="a1" name="Tidelines" size={40} />);
    fireEvent.error(image()!);
    expect(container.querySelector("svg")).toBeTruthy();
    rerender(<Cover artworkId="a2" name="Tidelines" size={40} round className="mine" />);
    expect(image()!.getAttribute("src")).toContain("a2");
    expect(image()!.className).toContain("mine");
  });
});

describe("states", () => {
  it("tell what failed, with a way to try again where there is one", async () => {
    const retry = vi.fn();
    const { rerender } = render(<Failure error={new Error("The disk is full.")} onRetry={retry} page />);
    expect(screen.getByRole("alert").textContent).toContain("The disk is full.");
    expect(screen.getByRole("heading", { level: 1 })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
    rerender(<Failure error={new Error("The disk is full.")} />);
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByRole("heading", { level: 2 })).toBeTruthy();
  });

  it("tell that there is nothing, and what to do", () => {
    render(
      <Empty title="Nothing here" icon={<svg data-testid="icon" />} action={<Button>Look again</Button>}>
        Add music.
      </Empty>,
    );
    expect(screen.getByRole("heading", { level: 2, name: "Nothing here" })).toBeTruthy();
    expect(screen.getByTestId("icon")).toBeTruthy();
    expect(screen.getByText("Add music.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Look again" })).toBeTruthy();
  });

  it("tell that something is being fetched", () => {
    const { rerender } = render(<Loading />);
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
    expect(screen.queryByRole("heading")).toBeNull();
    rerender(<Loading label="Loading the album" page />);
    expect(screen.getByRole("heading", { level: 1, name: "Loading the album" })).toBeTruthy();
  });
});

describe("PageHead", () => {
  it("names the view", () => {
    const { rerender } = render(<PageHead title="Albums" sub="12 albums" />);
    expect(screen.getByRole("heading", { level: 1, name: "Albums" })).toBeTruthy();
    expect(screen.getByText("12 albums")).toBeTruthy();
    rerender(
      <PageHead title="Albums">
        <button>Sort</button>
      </PageHead>,
    );
    expect(screen.getByRole("button", { name: "Sort" })).toBeTruthy();
  });
});

describe("choices", () => {
  it("are one stop for the Tab key, and chosen by the arrows", async () => {
    const options = ["a", "b", "c"].map((value) => ({ value, label: value.toUpperCase() }));
    function Picked() {
      const [value, setValue] = useState("a");
      return <Choices label="Letter" options={options} value={value} onChange={setValue} />;
    }
    render(<Picked />);
    const state = () => screen.getAllByRole("radio").map((radio) => `${radio.tabIndex} ${radio.ariaChecked ?? radio.getAttribute("aria-checked")}`);
    await userEvent.tab();
    expect(document.activeElement?.textContent).toBe("A");
    await userEvent.keyboard("{ArrowRight}{ArrowDown}");
    expect(document.activeElement?.textContent).toBe("C");
    expect(state()).toEqual(["-1 false", "-1 false", "0 true"]);
    await userEvent.keyboard("{ArrowRight}");
    expect(document.activeElement?.textContent).toBe("A");
    await userEvent.keyboard("{ArrowLeft}{ArrowUp}x");
    expect(state()).toEqual(["-1 false", "0 true", "-1 false"]);
    await userEvent.click(screen.getByRole("radio", { name: "C" }));
    expect(document.activeElement?.textContent).toBe("C");
  });

  it("go on from where one is, however late the value follows", async () => {
    const change = vi.fn();
    render(<Choices label="Letter" options={["a", "b", "c"].map((value) => ({ value, label: value }))} value="a" onChange={change} />);
    await userEvent.tab();
    await userEvent.keyboard("{ArrowRight}{ArrowRight}");
    expect(change.mock.calls).toEqual([["b"], ["c"]]);
  });
});
