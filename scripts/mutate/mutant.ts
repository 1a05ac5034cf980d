/**
 * Asks tests about one broken schema after the other. Whatever befalls one, the others are asked.
 * @module
 */

import postgres from "postgres";
import { runText } from "../test/pgtap.ts";

/** A pgTAP file, or a part of one. */
export interface Test {
  file: string;
  text: string;
}

/** What came of it: who noticed, or why that cannot be said; neither where it survived. */
export interface Verdict {
  noticedBy?: string;
  fault?: string;
  /** Whether the fault is that the server was lost, which may have been another's doing. */
  lost?: boolean;
}

/** Runs the tests on what the statement makes of the schema, up to the first that fails. */
export async function askTests(
  db: postgres.Sql,
  statement: string,
  tests: Test[],
): Promise<Verdict> {
  try {
    // What the mutation before left: an open transaction, or the last word of a lost connection, after
    // which there is a new one.
    await db.unsafe("rollback").catch(() => {});
    await db.unsafe(`begin;\n${statement};\nrollback`);
    for (const { file, text } of tests) {
      // In the transaction that the test rolls back: a database for each would take longer than most tests.
      const broken = text.replace(/^begin\b[^;]*;/m, (begin) => `${begin}\n${statement};`);
      if ((await runText(db, broken)).failures.length > 0) return { noticedBy: file };
    }
    return {};
  } catch (error) {
    // Postgres itself says so while it starts anew.
    const lost = !(error instanceof postgres.PostgresError) || error.code.startsWith("57P");
    return { fault: error instanceof Error ? error.message : String(error), lost };
  }
}

/**
 * Asks about each of a queue, which others may take from as well. What lost the server is asked about
 * once more, after all others.
 */
export async function askEach<T>(
  queue: T[],
  ask: (one: T) => Promise<Verdict>,
  tell: (one: T, verdict: Verdict) => void,
  signal?: AbortSignal,
): Promise<void> {
  const again = new Set<T>();
  for (let one = queue.shift(); one !== undefined && !signal?.aborted; one = queue.shift()) {
    const verdict = await ask(one);
    if (verdict.lost && !again.has(one)) {
      again.add(one);
      queue.push(one);
    } else tell(one, verdict);
  }
}
