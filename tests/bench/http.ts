/**
 * The ways in, on a started stack: the Data API's rpc against SQL, the edge function against the rpc.
 * @module
 */

import postgres from "postgres";
import { inTurns, percentile, type Result } from "./_measure.ts";

/** A running stack, by the variables that the end-to-end tests get. */
export type StackEnv = Record<string, string>;

/** What is asked of the median. */
const aim = { ratio: 1.5, plusMs: 5 };

/** Callers at a time, each a member of the agency by themselves, as real ones are. */
const CONNECTIONS = [1, 10];

const PASSWORD = "correct horse battery staple";

async function json(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Compares reading one lead by all ways, `calls` times each at 1 and at 10 connections. */
export async function benchHttp(env: StackEnv, calls: number): Promise<Result[]> {
  const { BACKLINE_URL: url, BACKLINE_PUBLISHABLE_KEY: apikey, BACKLINE_DB_URL: dbUrl } = env;
  if (!url || !apikey || !dbUrl) throw new Error("the stack does not say where it is");
  const sql = postgres(dbUrl, { max: 10, onnotice: () => {} });
  const limits = await sql`select class, kind, quota from private.rate_limits`;
  try {
    // The limits shall be counted, not met.
    await sql`update private.rate_limits set quota = 1000000000`;
    const post = (path: string, body: unknown, token?: string) =>
      fetch(`${url}${path}`, {
        method: "POST",
        headers: {
          apikey,
          "content-type": "application/json",
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      }).then(json);
    const signUp = async (email: string, data: Record<string, unknown>) => {
      const session = await post("/auth/v1/signup", {
        email,
        password: PASSWORD,
        data: { full_name: "Ada", ...data },
      });
      return session.access_token as string;
    };
    const address = () => `${crypto.randomUUID()}@bench.test`;
    const owner = await signUp(address(), { agency_name: "Bench" });
    const rpc = (name: string, args: unknown) => post(`/rest/v1/rpc/${name}`, args, owner);
    const campaign = await rpc("create_campaign", { name: "Spring" });
    const { id, agency_id } = await rpc("create_lead", {
      campaign_id: campaign.id,
      attributes: { email: "ada@bench.test", first_name: "Ada" },
    });
    const tokens = [owner];
    while (tokens.length < Math.max(...CONNECTIONS)) {
      const email = address();
      const invitation = await rpc("invite_member", { agency_id, email, roles: ["manager"] });
      tokens.push(await signUp(email, { invitation_token: invitation.token }));
    }

    const ways = {
      sql: (token: string) =>
        sql.begin(async (tx) => {
          await tx`select set_config('request.jwt.claims', ${claimsOf(token)}, true),
                          set_config('request.headers', '{}', true),
                          set_config('role', 'authenticated', true)`;
          await tx`select to_jsonb(public.get_lead(${id as string}))`;
        }),
      rpc: (token: string) => post("/rest/v1/rpc/get_lead", { lead_id: id }, token),
      // What the function calls: the same procedure, under limits.
      "rpc under limits": (token: string) =>
        post("/rest/v1/rpc/call_procedure", {
          procedure: "get_lead",
          arguments: { lead_id: id },
          rate_class: "read",
        }, token),
      function: (token: string) =>
        fetch(`${url}/functions/v1/leads/${id}`, {
          headers: { apikey, authorization: `Bearer ${token}` },
        }).then(json),
    };
    const compared = [
      { base: "sql", ours: "rpc" },
      { base: "rpc", ours: "function", aim },
      { base: "rpc under limits", ours: "function", aim },
    ] as const;
    const results: Result[] = [];
    for (const connections of CONNECTIONS) {
      const callers = tokens.slice(0, connections);
      const burst = (way: keyof typeof ways) => () => timed(callers, 10, ways[way]);
      const rounds = Math.ceil(calls / connections / 10);
      for (const { base, ours, ...aimed } of compared) {
        const times = await inTurns(rounds, burst(base), burst(ours));
        const at = `${connections} connection${connections > 1 ? "s" : ""}`;
        const line = (name: string, share: number) => ({
          bench: "http",
          what: `get_lead by ${ours} / by ${base}, ${name} at ${at}`,
          base: percentile(times.base, share),
          ours: percentile(times.ours, share),
        });
        results.push({ ...line("p50", 0.5), ...aimed }, line("p95", 0.95));
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

function claimsOf(token: string): string {
  return new TextDecoder().decode(
    Uint8Array.fromBase64(token.split(".")[1] ?? "", { alphabet: "base64url" }),
  );
}

/** Times of calls that each caller makes one after the other. */
async function timed(
  callers: string[],
  each: number,
  call: (token: string) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(callers.map(async (token) => {
    for (let n = 0; n < each; n++) {
      const begun = performance.now();
      await call(token);
      times.push(performance.now() - begun);
    }
  }));
  return times;
}
