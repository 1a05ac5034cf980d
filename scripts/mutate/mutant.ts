/**
 * Asks tests about one broken schema after the other. Whatever befalls one, the others are asked.
 * @module
 */

import postgres from "postgres";
import { connectOwner, runText, type TemplateServer, withClone } from "../test/pgtap.ts";

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

/** So that a loop which a guard would have ended ends as well. */
const PATIENCE = { statement_timeout: "5min" };

let clones = 0;

/** Runs the tests on a copy of the template that the statement has changed, up to the first that fails. */
export async function askTests(
  server: TemplateServer,
  statement: string,
  tests: Test[],
): Promise<Verdict> {
  try {
    // A name of its own: a copy that could not be dropped is in nobody's way.
    return await withClone(server, `mutant_${++clones}`, async (url) => {
      const db = connectOwner(url, PATIENCE);
      try {
        await db.unsafe(statement);
        for (const { file, text } of tests) {
          if ((await runText(db, text)).failures.length > 0) return { noticedBy: file };
        }
        return {};
      } finally {
        await db.end({ timeout: 5 });
      }
    });
  } catch (error) {
    // Postgres itself says so while it starts anew.
    const lost = !(error instanceof postgres.PostgresError) || error.code.startsWith("57P");
    return { fault: error instanceof Error ? error.message : String(error), lost };
  }
}

/** Asks about each, a few at a time; what lost the server is asked about once more when all others were. */
export async function askEach<T>(
  all: T[],
  ask: (one: T) => Promise<Verdict>,
  tell: (one: T, verdict: Verdict) => void,
  { workers, signal }: { workers: number; signal: AbortSignal },
): Promise<void> {
  const queue = [...all];
  const again = new Set<T>();
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined && !signal.aborted; one = queue.shift()) {
      const verdict = await ask(one);
      if (verdict.lost && !again.has(one)) {
        again.add(one);
        queue.push(one);
      } else tell(one, verdict);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
