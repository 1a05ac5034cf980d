/**
 * Runs pgTAP files in databases cloned from a migrated template, a few at a time.
 * @module
 */

import { globSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { ROOT } from "../lib/outputs.ts";
import { emptyResult, type SuiteResult } from "./result.ts";
import { readTap } from "./tap.ts";

/** Where the databases are: a superuser's URL, and the name of the template to clone. */
export interface TemplateServer {
  url: string;
  template: string;
}

const WORKERS = 2;

/** The owner of the schema on hosted Supabase, and so whom the tests run as. */
const OWNER = "postgres";

/** The URL with another database, and another user where one is named. */
export function withDatabase(url: string, database: string, user?: string): string {
  const target = new URL(url);
  target.pathname = `/${database}`;
  if (user) target.username = user;
  return target.href;
}

/** Clones the template, runs `use` on the copy's URL and drops the copy. */
export async function withClone<T>(
  server: TemplateServer,
  name: string,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(
      `create database ${name} owner postgres template ${server.template} strategy file_copy`,
    );
    try {
      return await use(withDatabase(server.url, name));
    } finally {
      await admin.unsafe(`drop database ${name} with (force)`);
    }
  } finally {
    await admin.end();
  }
}

const isAssertion = (failure: string) => failure.startsWith("not ok");

/** The line of a file that a server error points at. */
function lineOf(text: string, position: unknown): string {
  const offset = Number(position);
  return offset > 0 ? ` at line ${text.slice(0, offset).split("\n").length}` : "";
}

/** What one file came to. */
export interface FileResult {
  passed: number;
  failures: string[];
}

/** A connection of the schema's owner, as the files expect it. */
export function connectOwner(url: string, settings: Record<string, string> = {}): postgres.Sql {
  return postgres(withDatabase(url, new URL(url).pathname.slice(1), OWNER), {
    max: 1,
    onnotice: () => {},
    connection: { search_path: "public, extensions", ...settings },
  });
}

/** Runs the text of a file over the owner's connection and rolls it back; throws where that is lost. */
export async function runText(db: postgres.Sql, text: string): Promise<FileResult> {
  const lines: string[] = [];
  let fault: string | undefined;
  try {
    await db.unsafe(text).simple().forEach((row) => {
      for (const value of Object.values(row)) lines.push(...String(value).split("\n"));
    });
    const [left] = await db`select from tests.ids limit 1`;
    if (left) fault = "the file left fixtures behind: it must end with rollback";
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    fault = `${error.code}${lineOf(text, error.position)}: ${error.message}` +
      [error.detail, error.hint, error.where].filter(Boolean).map((part) => `\n${part}`).join("");
  }
  const { passed, failures } = readTap(lines);
  // After a fault the plan cannot have held; saying so as well would count one failure twice.
  return { passed, failures: fault ? [fault, ...failures.filter(isAssertion)] : failures };
}

/** Runs one file on a database and rolls it back. */
async function runFile(url: string, file: string): Promise<FileResult> {
  const text = await Deno.readTextFile(join(ROOT, file));
  const db = connectOwner(url, { application_name: file });
  try {
    return await runText(db, text);
  } finally {
    await db.end({ timeout: 5 });
  }
}

/** Runs the files under supabase/tests whose path contains the filter. */
export async function runPgtap(server: TemplateServer, filter = ""): Promise<SuiteResult> {
  const files = globSync("supabase/tests/**/*.test.sql", { cwd: ROOT })
    .filter((file) => file.includes(filter)).sort();
  const result = emptyResult("sql");
  const worker = (number: number) =>
    withClone(server, `pgtap_${number}`, async (url) => {
      for (let file = files.shift(); file; file = files.shift()) {
        const { passed, failures } = await runFile(url, file);
        result.passed += passed;
        for (const message of failures) result.failures.push({ where: file, message });
      }
    });
  await Promise.all(Array.from({ length: Math.min(WORKERS, files.length) }, (_, n) => worker(n)));
  return result;
}
