/** What became of calls that ran at the same time. @module */

import postgres from "postgres";

/** The answer of a call, or the error the database gave it. */
export type Outcome<T> = { value: T; error?: undefined } | {
  value?: undefined;
  error: postgres.PostgresError;
};

/** Waits for all calls; an error that is not the database's fails the test at once. */
export async function outcomes<T>(calls: Promise<T>[]): Promise<Outcome<T>[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((result) => {
    if (result.status === "fulfilled") return { value: result.value };
    if (result.reason instanceof postgres.PostgresError) return { error: result.reason };
    throw result.reason;
  });
}

/** `ok` or the error's code and message, sorted, to compare with what should come out. */
export function summary(results: Outcome<unknown>[]): string[] {
  return results.map(({ error }) => error ? `${error.code} ${error.message}` : "ok").sort();
}

/**
 * Lets the transaction wait as long as a loaded machine takes, past the limits of the Data API's roles:
 * a wait in a circle is found by the server itself.
 */
export async function patiently(tx: postgres.TransactionSql): Promise<void> {
  await tx`select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)`;
}
