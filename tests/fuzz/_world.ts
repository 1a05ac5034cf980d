/**
 * Two agencies for the attacks of this folder: `ours`, whose members attack or are tried, and
 * `theirs`, which holds a canary in every text and must neither be seen nor changed.
 * @module
 */

import { ok } from "node:assert/strict";
import postgres from "postgres";
import { foundAgency, join, type TestAgency } from "../e2e/_agency.ts";
import { client, signUp, stack, type TestUser } from "../e2e/_support.ts";
import type { NewInvitation } from "../e2e/_types.ts";

/** The database as its owner, past row level security. */
export const sql = postgres(stack.dbUrl, { max: 2, onnotice: () => {} });
// The tests of a file share it, and Deno must not wait for it.
globalThis.addEventListener("unload", () => void sql.end({ timeout: 0 }));

// These tests ask as often as they want; limits have tests of their own.
await sql`update private.rate_limits set quota = 1000000`;

/** Ids of one agency by the names that procedures and paths give them. */
export interface Ids {
  agency_id: string;
  client_id: string;
  campaign_id: string;
  lead_id: string;
  deleted_lead_id: string;
  user_id: string;
  invitation_id: string;
  api_key_id: string;
  data_source_id: string;
  /** A source without jobs. */
  idle_source_id: string;
  /** The pending job; the others are in the status of their name. */
  job_id: string;
  running_job_id: string;
  paused_job_id: string;
  failed_job_id: string;
}

/** An agency with at least one row in every table of a tenant. */
export interface World {
  agency: TestAgency;
  ids: Ids;
  role: string;
  invitationToken: string;
  members: { owner: TestUser; sales: TestUser; client: TestUser };
}

/** Calls a procedure as a user and answers what it returned; it must succeed. */
export async function must<T = Record<string, string>>(
  user: TestUser,
  procedure: string,
  args: Record<string, unknown>,
): Promise<T> {
  const { data, error } = await client(user.token).rpc(procedure, args);
  ok(!error, `${procedure}: ${JSON.stringify(error)}`);
  return data as T;
}

/** Builds an agency through the front door; `mark` stands in every text that a person can write. */
export async function buildWorld(mark: string): Promise<World> {
  const agency = await foundAgency(`${mark} agency`);
  const { owner, id: agency_id } = agency;
  const { data: client_ } = await client(owner.token).from("clients")
    .insert({ agency_id, name: `${mark} client`, industry: mark, contact: { name: mark } })
    .select().single();
  const [sales, clientMember] = [
    await join(agency, ["sales"]),
    await join(agency, ["client"], client_.id),
  ];
  const campaign = await must(owner, "create_campaign", {
    name: `${mark} campaign`,
    attributes: {
      client_id: client_.id,
      description: mark,
      tags: [mark],
      goals: { [mark]: mark },
      metadata: { [mark]: mark },
    },
  });
  const makeLead = (n: number) =>
    must(owner, "create_lead", {
      campaign_id: campaign.id,
      attributes: {
        first_name: mark,
        last_name: mark,
        email: `${mark}-${n}@example.test`,
        company: mark,
        title: mark,
        city: mark,
        country: mark,
        industry: mark,
        tags: [mark],
        custom_fields: { [mark]: mark },
        source_data: { [mark]: mark },
        company_data: { [mark]: mark },
      },
    });
  const [lead, deleted] = [await makeLead(1), await makeLead(2)];
  await must(owner, "assign_lead", { lead_id: lead.id, assignee: sales.id });
  await must(owner, "qualify_lead", { lead_id: lead.id, score: 5, notes: mark });
  await must(owner, "record_lead_activity", {
    lead_id: lead.id,
    type: "note",
    payload: { text: mark },
  });
  await must(owner, "delete_lead", { lead_id: deleted.id });
  const role = `custom:${mark}`;
  await must(owner, "set_agency_role", {
    agency_id,
    role,
    title: mark,
    permissions: ["leads.read"],
    description: mark,
  });
  await must(owner, "set_member_permission", {
    agency_id,
    user_id: sales.id,
    permission: "analytics.read",
    effect: "allow",
  });
  const key = await must(owner, "create_api_key", {
    agency_id,
    name: mark,
    permissions: ["leads.read"],
  });
  const invitation = await owner.data<NewInvitation>("POST", `/agencies/${agency_id}/invite`, {
    email: `${mark}@invited.test`,
    roles: ["sales"],
  });
  const names = client(owner.token).from("profiles");
  const sources = await addSources(owner, agency_id, campaign.id ?? "", mark);
  await must(owner, "set_notification_preference", {
    agency_id,
    type: "lead.assigned",
    in_app: true,
    email: false,
  });
  const renamed = await names.update({ full_name: `${mark} owner` }).eq("id", owner.id).select();
  ok(renamed.data?.length === 1, JSON.stringify(renamed));
  return {
    agency,
    role,
    invitationToken: invitation.token,
    members: { owner, sales, client: clientMember },
    ids: {
      agency_id,
      client_id: client_.id,
      campaign_id: campaign.id ?? "",
      lead_id: lead.id ?? "",
      deleted_lead_id: deleted.id ?? "",
      user_id: sales.id,
      invitation_id: invitation.id,
      api_key_id: key.id ?? "",
      ...sources,
    },
  };
}

/** Sources and jobs that no worker touches: what is made past the procedures has no task. */
export async function addSources(
  owner: TestUser,
  agency_id: string,
  campaign_id: string,
  mark: string,
) {
  const source = await must(owner, "create_data_source", {
    type: "csv",
    name: `${mark} source`,
    agency_id,
    attributes: {
      config: { text: mark },
      schedule: "0 0 1 1 *",
      schedule_campaign_id: campaign_id,
      schedule_params: { mapping: { [mark]: mark } },
    },
    credentials: { key_id: "k", nonce: "A".repeat(16), ciphertext: "A".repeat(32) },
  });
  const idle = await must(owner, "create_data_source", { type: "api", name: mark, agency_id });
  const jobs: Record<string, string> = {};
  for (const status of ["pending", "running", "paused", "failed"] as const) {
    const [job] = await sql<{ id: string }[]>`
      insert into public.scraping_jobs (
        agency_id, data_source_id, campaign_id, status, params, run, log_lines, checkpoint, paused_at,
        finished_at, error
      )
      values (
        ${agency_id}, ${source.id ?? ""}, ${campaign_id}, ${status}, ${
      sql.json({ [mark]: mark })
    }, 1, 1,
        ${sql.json({ [mark]: mark })}, ${status === "paused" ? new Date() : null},
        ${status === "failed" ? new Date() : null}, ${status === "failed" ? mark : null}
      )
      returning id`;
    const { id } = job!;
    jobs[status === "pending" ? "job_id" : `${status}_job_id`] = id;
    await sql`
      insert into public.scraping_job_logs (agency_id, job_id, seq, level, message)
      values (${agency_id}, ${id}, 1, 'info', ${mark})`;
    await sql`
      insert into public.scraping_job_rejects (agency_id, job_id, n, row_number, field, reason, row)
      values (${agency_id}, ${id}, 1, 1, ${mark}, ${mark}, ${sql.json({ [mark]: mark })})`;
  }
  return {
    data_source_id: source.id ?? "",
    idle_source_id: idle.id ?? "",
    ...jobs as Pick<Ids, "job_id" | "running_job_id" | "paused_job_id" | "failed_job_id">,
  };
}

/** Which of an agency's rows a procedure or an endpoint works with, where it is not just any. */
export function idFor(ids: Ids, about: string, kind: keyof Ids): string {
  const name = about.toLowerCase().replaceAll("_", "");
  if (kind === "lead_id" && name.startsWith("restorelead")) return ids.deleted_lead_id;
  if (kind === "data_source_id" && name.startsWith("delete")) return ids.idle_source_id;
  if (kind !== "job_id") return ids[kind];
  if (/^(pause|append|report)/.test(name)) return ids.running_job_id;
  if (name.startsWith("resume")) return ids.paused_job_id;
  return name.startsWith("retry") ? ids.failed_job_id : ids.job_id;
}

/** What the clock and workers write at any time. */
const BACKGROUND = [
  "private.announcements",
  "private.announcements_due",
  "private.tasks",
];

/** A text that occurs nowhere else; good as a part of names, addresses and role names. */
export function newMark(): string {
  return `canary${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

/** A user with an agency of their own and nothing in it. */
export async function outsider(): Promise<TestUser> {
  return await signUp({ agencyName: "Elsewhere" });
}

/** Every table that holds rows of agencies, `public` and `private`; without what the background changes. */
export async function tenantTables(): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name
      from pg_catalog.pg_class as c
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = 'agency_id'
     where n.nspname in ('public', 'private') and c.relkind in ('r', 'p') and not c.relispartition
     order by 1`;
  return rows.map(({ name }) => name).filter((name) => !BACKGROUND.includes(name));
}

/** One hash for the rows of each table that an agency has, and of its members' profiles. */
export async function fingerprint(agencyId: string): Promise<Record<string, string>> {
  // Deltas become figures in the background; whatever is waiting is done now.
  await sql`select private.fold()`;
  const parts = (await tenantTables())
    // What the background worker turns into figures is compared by its sum.
    .filter((table) => !table.startsWith("private.lead_metric"))
    .map((table) =>
      // A mail is marked as sent at a moment of the worker's own.
      `select '${table}' as name, (to_jsonb(t) - '{email_queued_at,emailed_at}'::text[])::text as row from ${table} as t
                      where t.agency_id = $1`
    );
  parts.push(
    `select 'private.lead_metrics_now', to_jsonb(t)::text from private.lead_metrics_now as t
      where t.agency_id = $1`,
    `select 'public.agencies', to_jsonb(t)::text from public.agencies as t where t.id = $1`,
    `select 'public.profiles', to_jsonb(t)::text from public.profiles as t
      where t.id in (select m.user_id from public.memberships as m where m.agency_id = $1)`,
    `select 'auth.users', to_jsonb(t)::text from auth.users as t
      where t.id in (select m.user_id from public.memberships as m where m.agency_id = $1)`,
  );
  const rows = await sql.unsafe<{ name: string; hash: string }[]>(
    `select name, count(*) || ' ' || md5(string_agg(row, e'\\n' order by row)) as hash
       from (${parts.join(" union all ")}) as parts group by name`,
    [agencyId],
  );
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}

/** Runs tasks a few at a time; the order of the answers is that of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  width = 4,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const run = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: width }, run));
  return results;
}

/** A request to the Data API. */
export async function rest(
  path: string,
  { token, method = "GET", body, headers }: {
    token?: string;
    method?: string;
    body?: unknown;
    headers?: Record<string, string>;
  } = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${stack.url}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: stack.publishableKey,
      ...body === undefined ? {} : { "Content-Type": "application/json" },
      ...token ? { Authorization: `Bearer ${token}` } : {},
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
