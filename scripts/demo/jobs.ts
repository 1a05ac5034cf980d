/**
 * Lists become leads: upload, data source, job; and what a frontend hears of a running job.
 * @module
 */

import type { RealtimeChannel } from "@supabase/supabase-js";
import { camel } from "../../supabase/functions/_shared/mapping.ts";
import type { Founder } from "./client.ts";
import type { List } from "./lists.ts";

/** A job as the HTTP API shows it, as far as the demo looks. */
export interface Job {
  id: string;
  status: "pending" | "running" | "paused" | "completed" | "failed" | "cancelled";
  progress: number;
  rowsTotal: number | null;
  rowsRead: number;
  rowsCreated: number;
  rowsUpdated: number;
  rowsDuplicate: number;
  rowsRejected: number;
  error: string | null;
}

/** A line of a job's log. */
export interface LogLine {
  seq: number;
  level: string;
  message: string;
}

/** A list on its way in. */
export interface Import {
  list: List;
  campaignId: string;
  job: Job;
}

/** Puts a list into Storage, and makes the data source and the pending job that is to read it. */
export async function prepare(founder: Founder, list: List): Promise<Import> {
  const path = `${founder.agencyId}/${crypto.randomUUID()}/${list.file}`;
  const { error } = await founder.supabase.storage.from("imports")
    .upload(path, await list.open(), { contentType: "text/csv" });
  if (error) throw new Error(`Upload of ${list.file}: ${error.message}`);
  const campaign = await founder.call<{ id: string }>("POST", "/campaigns", {
    name: list.campaign,
  });
  const source = await founder.call<{ id: string }>("POST", "/data-sources", {
    type: "csv",
    name: list.file,
    config: { path, unmapped: "customFields" },
  });
  const job = await founder.call<Job>("POST", "/jobs", {
    dataSourceId: source.id,
    campaignId: campaign.id,
  });
  return { list, campaignId: campaign.id, job };
}

const ENDED = ["completed", "failed", "cancelled"];

/** How often a job is looked at where nothing was heard of it: delivery is not guaranteed. */
const LOOK_AGAIN_MS = 5_000;

/**
 * Starts the jobs and follows them to their ends on their private channels; `show` gets every new
 * state. Answers how many states came by Realtime.
 */
export async function runJobs(
  founder: Founder,
  imports: Import[],
  show: (one: Import) => void,
): Promise<number> {
  const { supabase } = founder;
  const channels: RealtimeChannel[] = [];
  let heard = 0;
  try {
    await Promise.all(imports.map(async (one) => {
      const ended = Promise.withResolvers<void>();
      const take = (job: Job) => {
        // Messages and answers may overtake each other: counts only grow, and an end stays.
        if (ENDED.includes(one.job.status) || job.rowsRead < one.job.rowsRead) return;
        one.job = job;
        show(one);
        if (ENDED.includes(job.status)) ended.resolve();
      };
      const look = async () => take(await founder.call<Job>("GET", `/jobs/${one.job.id}`));
      const channel = supabase
        .channel(`job:${one.job.id}`, { config: { private: true } })
        .on("broadcast", { event: "progress" }, ({ payload }) => {
          heard++;
          take({ ...one.job, ...camelCased(payload) });
        });
      channels.push(channel);
      await subscribed(channel);
      await founder.call("POST", `/jobs/${one.job.id}/start`);
      const timer = setInterval(() => look().catch(ended.reject), LOOK_AGAIN_MS);
      try {
        await ended.promise;
      } finally {
        clearInterval(timer);
      }
      // The figures of the last message are those of its moment; these are final.
      one.job = await founder.call<Job>("GET", `/jobs/${one.job.id}`);
      show(one);
    }));
  } finally {
    await Promise.all(channels.map((channel) => supabase.removeChannel(channel)));
    await supabase.realtime.disconnect();
  }
  return heard;
}

/** The last lines of a job's log. */
export async function logOf(founder: Founder, { job }: Import, lines: number): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for (let after = 0;;) {
    const page = await founder.call<LogLine[]>(
      "GET",
      `/jobs/${job.id}/logs?after=${after}&pageSize=100`,
    );
    all.push(...page);
    if (page.length < 100) return all.slice(-lines);
    after = page.at(-1)?.seq ?? after;
  }
}

/** A row that a job left out. */
export interface Reject {
  rowNumber: number;
  field: string | null;
  reason: string;
}

/** Some of the rows that a job left out. */
export function rejectsOf(founder: Founder, { job }: Import, rows: number): Promise<Reject[]> {
  return founder.call("GET", `/jobs/${job.id}/rejects?pageSize=${rows}`);
}

function subscribed(channel: RealtimeChannel): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  channel.subscribe((status, error) => {
    if (status === "SUBSCRIBED") resolve();
    else if (status !== "CLOSED") {
      reject(new Error(`Realtime: ${channel.topic} ${status} ${error?.message ?? ""}`));
    }
  });
  return promise;
}

/** The job's fields of a message, which spells them as SQL does. */
function camelCased(payload: Record<string, unknown>): Partial<Job> {
  return Object.fromEntries(
    Object.entries(payload).filter(([key]) => /^(status|progress|rows_\w+|error)$/.test(key))
      .map(([key, value]) => [camel(key), value]),
  );
}
