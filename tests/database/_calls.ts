/** Calls of the dispatcher from many sessions at once, as the Data API makes them. @module */

import postgres from "postgres";
import type { TestDatabase } from "./_support.ts";

/** Who calls: a member of a fixture agency, or an API key. */
export type Caller = { member: string } | { key: string };

/** What is called. */
export interface Call {
  procedure: string;
  arguments?: Record<string, unknown>;
  rateClass?: string;
  idempotencyKey?: string;
}

/** The status and body that the Data API would send. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Sessions of the Data API's own role. */
export interface Callers extends AsyncDisposable {
  /**
   * One request: a transaction that commits. With `pause` it waits for that advisory lock when all but
   * the commit is done.
   */
  call(caller: Caller, call: Call, pause?: number): Promise<Answer>;
}

const literal = (value: unknown) =>
  value === undefined
    ? "null"
    : `'${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll("'", "''")}'`;

/** Opens up to `sessions` connections as `authenticator`. */
export function openCallers(db: TestDatabase, sessions: number): Callers {
  const url = new URL(db.url);
  url.username = "authenticator";
  const pool = postgres(url.href, { max: sessions, onnotice: () => {} });
  return {
    async call(caller, call, pause) {
      const claims: Record<string, string> = { role: "anon" };
      if ("member" in caller) {
        const [user] = await db.owner<{ id: string }[]>`select tests.id(${caller.member})`;
        Object.assign(claims, { role: "authenticated", sub: user!.id });
      }
      const headers = "key" in caller ? { "x-api-key": caller.key } : {};
      const given = [call.procedure, call.arguments ?? {}, call.rateClass ?? "write"];
      // One message and so one transaction, as nothing is sent after it to a session that has died.
      const results = await pool.unsafe(`
        select set_config('request.jwt.claims', ${literal(claims)}, true),
               set_config('request.headers', ${literal(headers)}, true),
               set_config('role', ${literal(claims.role)}, true);
        select public.call_procedure(${
        [...given, call.idempotencyKey].map(literal).join(", ")
      }) as body;
        select current_setting('response.status')::integer as status;
        select ${pause === undefined ? 1 : `pg_advisory_xact_lock(${pause})::text`};`);
      const rows = results as unknown as [
        unknown,
        [{ body: Answer["body"] }],
        [{ status: number }],
      ];
      return { status: rows[2][0].status, body: rows[1][0].body };
    },
    async [Symbol.asyncDispose]() {
      await pool.end({ timeout: 0 }); // every call is over by then
    },
  };
}

/** How often each status came. */
export function statuses(answers: Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
