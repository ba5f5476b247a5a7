/** Settings are shown as set at once; what the server refuses is taken back and told. */

import type { QueryClient } from "@tanstack/react-query";
import { send } from "@/api/http";
import { invalidateSettings, settings } from "@/api/queries";
import type { Setting } from "@/api/types";
import { notify } from "@/app/store";

export type Values = Record<string, unknown>;

export async function changeSettings(client: QueryClient, values: Values): Promise<boolean> {
  const { queryKey } = settings();
  await client.cancelQueries({ queryKey });
  client.setQueryData(queryKey, (known) => known?.map((one) => (one.name in values ? { ...one, value: values[one.name] } : one)));
  return keep(client, send<Setting[]>("PATCH", "/settings", values));
}

/** Take settings back to their defaults; their values come back by undo. */
export async function resetSettings(client: QueryClient, reset: Setting[]): Promise<void> {
  const before = Object.fromEntries(reset.map(({ name, value }) => [name, value]));
  const done = await keep(client, send<Setting[]>("POST", "/settings/reset", { names: Object.keys(before) }));
  if (!done) return;
  const what = reset.length === 1 ? `“${reset[0]!.label}” is as it was made.` : "All settings are as they were made.";
  notify("info", what, () => void changeSettings(client, before));
}

async function keep(client: QueryClient, call: Promise<{ data: Setting[] }>): Promise<boolean> {
  try {
    client.setQueryData(settings().queryKey, (await call).data);
    return true;
  } catch (error) {
    notify("error", (error as Error).message);
    invalidateSettings(client);
    return false;
  }
}

/** Whether a setting differs from its default. */
export function isChanged({ value, default: made }: Setting): boolean {
  return JSON.stringify(value) !== JSON.stringify(made);
}
