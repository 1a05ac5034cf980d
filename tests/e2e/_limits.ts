/**
 * The limits of the stack under test: out of the way, except where a test is about them.
 *
 *     await using _limit = await limit("write", "user", 20);
 * @module
 */

import postgres from "postgres";
import { stack } from "./_stack.ts";

/** How many requests a minute no test comes near. */
const PLENTY = 100_000;

/** Lets the tests ask as often as they like, as an operator would: the limits are rows. */
export async function raiseLimits(): Promise<void> {
  await using db = connect();
  await db.sql`
    update private.rate_limits
       set quota = ${PLENTY} * case kind when 'agency' then 10 else 1 end, period = '1 minute'`;
}

/**
 * Allows `quota` requests and, as far as a test goes, no more: the first is regained after its share
 * of a day. Disposing it lifts the limit.
 */
export async function limit(
  rateClass: string,
  kind: "user" | "api_key" | "ip" | "agency",
  quota: number,
): Promise<AsyncDisposable> {
  await using db = connect();
  await db.sql`
    update private.rate_limits set quota = ${quota}, period = '1 day'
     where class = ${rateClass} and kind = ${kind}`;
  return { [Symbol.asyncDispose]: raiseLimits };
}

/** A connection as the owner of the database. */
export function connect(): AsyncDisposable & { sql: postgres.Sql } {
  const sql = postgres(stack.dbUrl, { max: 1 });
  return { sql, [Symbol.asyncDispose]: () => sql.end() };
}
