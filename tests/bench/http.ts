/**
 * The ways in, on a started stack: the Data API's rpc against SQL, the edge function against the rpc.
 * @module
 */

import postgres from "postgres";
import { type Aim, inTurns, percentile, type Result } from "./_measure.ts";

/** A running stack, by the variables that the end-to-end tests get. */
export type StackEnv = Record<string, string>;

/** Callers at a time, each a member of the agency by themselves, as real ones are. */
const CONNECTIONS = [1, 10];

/** Leads of the agency. */
const LEADS = 50;

/** What the limits cost has an aim of its own, in kernel.ts: it is asked of what the function adds. */
const COMPARED = [
  { base: "sql", ours: "rpc", isAimed: false },
  { base: "rpc", ours: "function", isAimed: false },
  { base: "rpc under limits", ours: "function", isAimed: true },
] as const;

/** Who calls, and the lead that only they change. */
interface Caller {
  token: string;
  lead: string;
}

/** One call, by SQL, by the Data API and by HTTP. */
interface Call {
  procedure: string;
  rateClass: "read" | "write";
  sql: string;
  /** The arguments by name, in the order of the statement's parameters. */
  arguments(lead: string): Record<string, unknown>;
  http(lead: string): { method: string; path: string; body?: unknown };
  /** What is asked of the function's median. */
  aim: Aim;
}

/** What people do all day: look at one lead, at a page of 20, change one. */
const CALLS: Call[] = [
  {
    procedure: "get_lead",
    rateClass: "read",
    sql: "select to_jsonb(public.get_lead($1))",
    arguments: (lead) => ({ lead_id: lead }),
    http: (lead) => ({ method: "GET", path: `/leads/${lead}` }),
    aim: { ratio: 1.5, plusMs: 5 },
  },
  {
    procedure: "list_leads",
    rateClass: "read",
    sql: "select public.list_leads()",
    arguments: () => ({}),
    http: () => ({ method: "GET", path: "/leads" }),
    aim: { ratio: 1.5 },
  },
  {
    procedure: "update_lead",
    rateClass: "write",
    sql: "select to_jsonb(public.update_lead($1, $2))",
    arguments: (lead) => ({ lead_id: lead, changes: { title: crypto.randomUUID() } }),
    http: (lead) => ({
      method: "PUT",
      path: `/leads/${lead}`,
      body: { title: crypto.randomUUID() },
    }),
    aim: { ratio: 1.5 },
  },
];

/** Compares each call by all ways, `calls` times each at 1 and at 10 connections. */
export async function benchHttp(env: StackEnv, calls: number): Promise<Result[]> {
  const { BACKLINE_URL: url, BACKLINE_PUBLISHABLE_KEY: apikey, BACKLINE_DB_URL: dbUrl } = env;
  if (!url || !apikey || !dbUrl) throw new Error("the stack does not say where it is");
  const sql = postgres(dbUrl, { max: 10, onnotice: () => {} });
  const send = sender(url, apikey);
  const rpc = (name: string, body: unknown, token: string) =>
    send("POST", `/rest/v1/rpc/${name}`, body, token);
  const limits = await sql`select class, kind, quota from private.rate_limits`;
  const results: Result[] = [];
  try {
    // The limits shall be counted, not met.
    await sql`update private.rate_limits set quota = 1000000000`;
    const callers = await makeCallers(send, rpc);
    for (const call of CALLS) {
      const { procedure, rateClass: rate_class } = call;
      const ways: Record<"sql" | "rpc" | "rpc under limits" | "function", Way> = {
        sql: ({ token, lead }) =>
          sql.begin(async (tx) => {
            await tx`select set_config('request.jwt.claims', ${claimsOf(token)}, true),
                            set_config('request.headers', '{}', true),
                            set_config('role', 'authenticated', true)`;
            await tx.unsafe(call.sql, Object.values(call.arguments(lead)) as string[], {
              prepare: true,
            });
          }),
        rpc: ({ token, lead }) => rpc(procedure, call.arguments(lead), token),
        // What the function calls: the same procedure, under limits.
        "rpc under limits": ({ token, lead }) =>
          rpc("call_procedure", { procedure, arguments: call.arguments(lead), rate_class }, token),
        function: ({ token, lead }) => {
          const { method, path, body } = call.http(lead);
          return send(method, `/functions/v1${path}`, body, token);
        },
      };
      for (const connections of CONNECTIONS) {
        const at = `${connections} connection${connections > 1 ? "s" : ""}`;
        const burst = (way: Way) => () => timed(callers.slice(0, connections), 10, way);
        const rounds = Math.ceil(calls / connections / 10);
        for (const { base, ours, isAimed } of COMPARED) {
          const times = await inTurns(rounds, burst(ways[base]), burst(ways[ours]));
          const line = (name: string, share: number) => ({
            bench: "http",
            what: `${procedure} by ${ours} / by ${base}, ${name} at ${at}`,
            base: percentile(times.base, share),
            ours: percentile(times.ours, share),
          });
          results.push({ ...line("p50", 0.5), ...isAimed && { aim: call.aim } }, line("p95", 0.95));
        }
      }
    }
    return results;
  } finally {
    for (const { class: name, kind, quota } of limits) {
      await sql`update private.rate_limits set quota = ${quota} where class = ${name} and kind = ${kind}`;
    }
    await sql.end();
  }
}

type Way = (caller: Caller) => Promise<unknown>;
type Send = ReturnType<typeof sender>;
type Rpc = (name: string, body: unknown, token: string) => ReturnType<Send>;

/** Sends JSON and reads JSON; a refusal is an error. */
function sender(url: string, apikey: string) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<Record<string, string>> => {
    const headers: Record<string, string> = { apikey };
    if (token) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
}

/** An agency with its leads: the owner and members who may do as much. */
async function makeCallers(send: Send, rpc: Rpc): Promise<Caller[]> {
  const signUp = async (email: string, data: Record<string, unknown>) => {
    const password = "correct horse battery staple";
    const session = await send("POST", "/auth/v1/signup", {
      email,
      password,
      data: { full_name: "Ada", ...data },
    });
    return session.access_token!;
  };
  const address = () => `${crypto.randomUUID()}@bench.test`;
  const owner = await signUp(address(), { agency_name: "Bench" });
  const { id: campaign_id, agency_id } = await rpc("create_campaign", { name: "Spring" }, owner);
  const leads: string[] = [];
  while (leads.length < LEADS) {
    const attributes = { email: address(), first_name: "Ada" };
    const { id } = await rpc("create_lead", { campaign_id, attributes }, owner);
    leads.push(id!);
  }
  const callers = [{ token: owner, lead: leads[0]! }];
  while (callers.length < Math.max(...CONNECTIONS)) {
    const email = address();
    const { token } = await rpc("invite_member", { agency_id, email, roles: ["manager"] }, owner);
    const member = await signUp(email, { invitation_token: token });
    callers.push({ token: member, lead: leads[callers.length]! });
  }
  return callers;
}

function claimsOf(token: string): string {
  return new TextDecoder().decode(
    Uint8Array.fromBase64(token.split(".")[1] ?? "", { alphabet: "base64url" }),
  );
}

/** Times of calls that each caller makes one after the other. */
async function timed(callers: Caller[], each: number, way: Way): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(callers.map(async (caller) => {
    for (let n = 0; n < each; n++) {
      const begun = performance.now();
      await way(caller);
      times.push(performance.now() - begun);
    }
  }));
  return times;
}
