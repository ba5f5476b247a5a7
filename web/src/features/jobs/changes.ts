/** Long work that was ordered: how it is ordered, followed and given up. */

import type { QueryClient } from "@tanstack/react-query";
import { send, url } from "@/api/http";
import { JOBS, type Page } from "@/api/queries";
import type { Job, JobProgress, MasterBody } from "@/api/types";
import { notify } from "@/app/store";
import { download } from "@/lib/download";

export const resultUrl = (id: string) => url(`/jobs/${encodeURIComponent(id)}/result`);

export async function orderMaster(client: QueryClient, order: MasterBody): Promise<boolean> {
  try {
    await send<Job>("POST", "/processing/jobs", order);
    notify("info", `“${order.title}” is being mastered to files. Jobs shows how far it is.`);
    return true;
  } catch (error) {
    notify("error", (error as Error).message);
    return false;
  } finally {
    void client.invalidateQueries({ queryKey: [JOBS] });
  }
}

/** Cancel a job that is not finished, or forget one that is. */
export async function removeJob(client: QueryClient, id: string): Promise<void> {
  try {
    await send<Job>("DELETE", `/jobs/${encodeURIComponent(id)}`);
  } catch (error) {
    notify("error", (error as Error).message);
  } finally {
    void client.invalidateQueries({ queryKey: [JOBS] });
  }
}

/** Lay what the server tells of a job's progress over the lists that are held; an unknown job is asked for. */
export function followProgress(client: QueryClient, told: JobProgress): void {
  let known = false;
  client.setQueriesData<Page<Job>>({ queryKey: [JOBS] }, (page) => {
    if (!page?.items.some(({ id }) => id === told.jobId)) return page;
    known = true;
    const progress = told.total > 0 ? told.done / told.total : 0;
    const state = told.state === "idle" || told.state === "paused" ? "queued" : told.state;
    return { ...page, items: page.items.map((job) => (job.id === told.jobId ? { ...job, progress, state } : job)) };
  });
  if (!known) void client.invalidateQueries({ queryKey: [JOBS] });
}

/** A job has come to its end: it is told, with its file where there is one. */
export function finished(client: QueryClient, job: Job): void {
  void client.invalidateQueries({ queryKey: [JOBS] });
  if (job.state === "done") notify("info", `${titleOf(job)} is ready.`, () => download(resultUrl(job.id)), "Download");
  else if (job.state === "failed") notify("error", `${titleOf(job)} could not be mastered. ${job.error ?? ""}`.trim());
}

export function titleOf({ order }: Job): string {
  return typeof order.title === "string" && order.title ? `“${order.title}”` : "A master";
}
