import { send } from "@/api/http";
import { socket } from "@/app/auralis";
import { dispatch, notify } from "@/app/store";
import type { ScanStatus } from "@/api/types";

/** Ask the server to read the folders again. */
export async function startScan(): Promise<void> {
  try {
    await socket.request("library.scan", {});
  } catch (error) {
    notify("error", (error as Error).message);
  }
}

/** Stop reading; what was found so far stays. */
export async function cancelScan(): Promise<void> {
  try {
    const { data } = await send<ScanStatus>("DELETE", "/library/scan");
    dispatch({ type: "scan", data });
  } catch (error) {
    notify("error", (error as Error).message);
  }
}
