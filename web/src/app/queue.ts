/** What a listener does to the queue; while the server cannot be reached, changes wait for it. */

import type { ClientMessages, PlayContext } from "@/api/types";
import { socket } from "./auralis";
import { notify } from "./store";

export type Where = "now" | "next" | "end";

export function addToQueue(context: PlayContext, position: Where, what: string): void {
  const said = position === "next" ? `${what} plays next` : `${what} was added to the queue`;
  void change("queue.add", { context, position }).then((done) => done && notify("info", `${said}.`));
}

export function removeFromQueue(entryIds: string[]): void {
  void change("queue.remove", { entryIds });
}

/** Put an entry behind another one; null: first. */
export function moveInQueue(entryId: string, afterEntryId: string | null): void {
  if (entryId !== afterEntryId) void change("queue.reorder", { entryId, afterEntryId });
}

/** Take out everything but what plays. */
export function clearQueue(): void {
  void change("queue.clear", { keepCurrent: true });
}

export function undoQueue(): void {
  void change("queue.undo", {});
}

export function redoQueue(): void {
  void change("queue.redo", {});
}

async function change<T extends keyof ClientMessages & `queue.${string}`>(type: T, data: ClientMessages[T]): Promise<boolean> {
  try {
    await socket.request(type, data);
    return true;
  } catch (error) {
    notify("error", (error as Error).message);
    return false;
  }
}
