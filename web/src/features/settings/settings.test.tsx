import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { Setting } from "@/api/types";
import { useApp } from "@/app/store";
import "@/test/auralis";
import { show } from "@/test/page";
import { problem, serve } from "@/test/server";
import SettingsView from "./settings-view";

vi.mock("@/app/auralis", () => import("@/test/auralis"));

function aSetting(name: string, given: Partial<Setting>): Setting {
  return {
    name,
    group: name.split(".")[0]!,
    label: name,
    help: "What it does.",
    scope: "personal",
    type: "boolean",
    value: true,
    default: true,
    locked: false,
    restart: false,
    nullable: false,
    without: null,
    minimum: null,
    maximum: null,
    unit: null,
    choices: null,
    maxItems: null,
    maxLength: null,
    ...given,
  };
}

const ALL = [
  aSetting("scan.watch", {}),
  aSetting("scan.settle", { type: "number", value: 5, default: 5, minimum: 0.5, maximum: 3600, unit: "s" }),
  aSetting("scan.purge", { type: "number", value: null, default: null, nullable: true, without: "never", minimum: 0, maximum: 365, unit: "days" }),
  aSetting("library.order", { type: "ranking", value: ["embedded", "folder"], default: ["embedded", "folder"], choices: ["embedded", "folder"] }),
  aSetting("tags.separators", { type: "list", value: [";", " / "], default: [";"], maxItems: 10, maxLength: 20 }),
  aSetting("player.preset", { type: "choice", value: "warm", default: "adaptive", choices: ["adaptive", "gentle", "warm", "bright"] }),
  aSetting("sound.loudness", { type: "choice", value: "off", default: "off", choices: ["off", "track", "album"] }),
  aSetting("sound.quality", { type: "choice", value: "lossless", default: "lossless", choices: ["lossless", "save_data"] }),
  aSetting("player.intensity", { type: "number", value: 0.5, default: 1, minimum: 0, maximum: 1 }),
  aSetting("analysis.background", { locked: true, restart: true, scope: "server", value: false }),
];

function open(refuse = false) {
  let now = ALL;
  const log = serve({
    "GET /settings": () => ({ data: now }),
    "PATCH /settings": ({ body }) => {
      if (refuse) return problem(400, "INVALID_INPUT", "Not so.");
      now = now.map((one) => (one.name in (body as object) ? { ...one, value: (body as Record<string, unknown>)[one.name] } : one));
      return { data: now };
    },
    "POST /settings/reset": ({ body }) => {
      const { names } = body as { names: string[] };
      now = now.map((one) => (names.includes(one.name) ? { ...one, value: one.default } : one));
      return { data: now };
    },
  });
  const sent = () => log.filter(({ method }) => method !== "GET").map(({ body }) => body);
  return { ...show(<SettingsView />, "/settings"), sent };
}

describe("the settings", () => {
  it("switch what is on or off, at once", async () => {
    const { user, sent } = open();
    const lamp = await screen.findByRole("switch", { name: "scan.watch" });
    await user.click(lamp);
    await waitFor(() => expect(screen.getByRole("switch", { name: "scan.watch" }).getAttribute("aria-checked")).toBe("false"));
    expect(sent()).toEqual([{ "scan.watch": false }]);
  });

  it("go back where the server refuses", async () => {
    const { user } = open(true);
    await user.click(await screen.findByRole("switch", { name: "scan.watch" }));
    await waitFor(() => expect(useApp.getState().notices[0]?.message).toBe("Not so."));
    await waitFor(() => expect(screen.getByRole("switch", { name: "scan.watch" }).getAttribute("aria-checked")).toBe("true"));
  });

  it("take a number within its range only", async () => {
    const { user, sent } = open();
    const box = await screen.findByRole("textbox", { name: /scan.settle/ });
    await user.clear(box);
    await user.type(box, "9999");
    expect(screen.getByRole("alert").textContent).toBe("0.5 to 3600 s");
    await user.clear(box);
    await user.type(box, "2,5{Enter}");
    await waitFor(() => expect(sent()).toEqual([{ "scan.settle": 2.5 }]));
  });

  it("know a number that may be none", async () => {
    const { user, sent } = open();
    await user.click(await screen.findByRole("switch", { name: "scan.purge: never" }));
    expect(sent()).toEqual([{ "scan.purge": 0 }]);
    expect(await screen.findByRole("textbox", { name: /scan.purge/ })).toBeTruthy();
  });

  it("choose, rank and list", async () => {
    const { user, sent } = open();
    await user.selectOptions(await screen.findByRole("combobox", { name: "player.preset" }), "bright");
    await user.click(screen.getByRole("button", { name: "Track" }));
    await user.click(screen.getByRole("button", { name: "Folder up" }));
    await user.click(screen.getByRole("button", { name: "Remove “;”" }));
    await waitFor(() => expect(sent()).toHaveLength(4));
    await user.type(screen.getByRole("textbox", { name: "Add to: tags.separators" }), " x {Enter}");
    await waitFor(() =>
      expect(sent()).toEqual([
        { "player.preset": "bright" },
        { "sound.loudness": "track" },
        { "library.order": ["folder", "embedded"] },
        { "tags.separators": [" / "] },
        { "tags.separators": [" / ", " x "] },
      ]),
    );
  });

  it("offer to save data only where the browser decodes AAC", async () => {
    const { unmount } = open();
    expect(await screen.findByText(/this browser cannot decode AAC/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Save data" })).toBeNull();
    unmount();
    vi.stubGlobal("MediaSource", { isTypeSupported: () => true });
    const { user, sent } = open();
    await user.click(await screen.findByRole("button", { name: "Save data" }));
    expect(screen.queryByText(/this browser cannot decode AAC/)).toBeNull();
    expect(sent()).toEqual([{ "sound.quality": "save_data" }]);
    vi.unstubAllGlobals();
  });

  it("say what is fixed, and let it be", async () => {
    open();
    const group = await screen.findByRole("region", { name: "Analysis" });
    expect(within(group).getByText(/Fixed by the server/)).toBeTruthy();
    expect(within(group).getByText("For everybody")).toBeTruthy();
    expect(within(group).getByText("Takes effect with the next start")).toBeTruthy();
    expect(within(group).getByRole("switch")).toHaveProperty("disabled", true);
    expect(within(group).queryByRole("button", { name: /Reset/ })).toBeNull();
  });

  it("go back to their defaults, one or all, and this is undone", async () => {
    const { user, sent } = open();
    await user.click(await screen.findByRole("button", { name: "Reset: player.preset" }));
    await waitFor(() => expect(useApp.getState().notices).toHaveLength(1));
    expect(sent()).toEqual([{ names: ["player.preset"] }]);
    useApp.getState().notices[0]!.undo!();
    await waitFor(() => expect(sent()[1]).toEqual({ "player.preset": "warm" }));
    await user.click(screen.getByRole("button", { name: "Reset all" }));
    await waitFor(() => expect(sent()[2]).toEqual({ names: ["tags.separators", "player.preset", "player.intensity"] }));
  });

  it("say what went wrong", async () => {
    serve({ "GET /settings": () => problem(503, "BUSY", "Come back later.") });
    show(<SettingsView />, "/settings");
    expect(await screen.findByText("Come back later.")).toBeTruthy();
  });
});
