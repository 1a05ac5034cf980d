/**
 * Results as a table: for the terminal and for docs/performance.md.
 * @module
 */

import { join } from "node:path";
import postgres from "postgres";
import { format } from "../../scripts/lib/format.ts";
import { ROOT } from "../../scripts/lib/outputs.ts";
import { isMet, type Result } from "./_measure.ts";

const DOCUMENT = join(ROOT, "docs/performance.md");

/** The marks around the results of one benchmark. */
const marks = (bench: string) => [`<!-- ${bench} -->`, `<!-- end of ${bench} -->`] as const;

/** These make rows of their own. */
const WITHOUT_LEADS = ["realtime", "tasks"];

const HEAD = ["Benchmark", "Base", "Ours", "Ratio", "Aim", "Met"];

const time = (ms: number) => ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toPrecision(3)} ms`;

function cells(result: Result): string[] {
  const { what, base, ours, aim } = result;
  const aims = [
    ...(aim?.ratio === undefined ? [] : [`≤ ${aim.ratio}x`]),
    ...(aim?.plusMs === undefined ? [] : [`≤ +${aim.plusMs} ms`]),
  ];
  return [
    what,
    time(base),
    time(ours),
    `${(ours / base).toFixed(2)}x`,
    aims.join(" and "),
    aim ? (isMet(result) ? "yes" : "no") : "",
  ];
}

/** The results as a markdown table with columns of even width, which is readable in a terminal too. */
export function table(results: Result[]): string {
  const rows = [HEAD, ...results.map(cells)];
  const widths = HEAD.map((_, n) => Math.max(3, ...rows.map((row) => row[n]!.length)));
  const line = (row: string[]) =>
    `| ${row.map((cell, n) => cell.padEnd(widths[n]!)).join(" | ")} |`;
  return [line(HEAD), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)]
    .join("\n");
}

/** What the results were taken on. */
export async function machine(serverUrl: string): Promise<string> {
  const sql = postgres(serverUrl, { max: 1, onnotice: () => {} });
  const [row] = await sql<
    { version: string }[]
  >`select current_setting('server_version') as version`;
  await sql.end();
  const info = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const model = info.match(/^model name\s*:\s*(.+)$/m)?.[1] ?? Deno.build.arch;
  const memory = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  return `${navigator.hardwareConcurrency} cores (${model.trim()}), ${memory} GB of memory, ` +
    `${Deno.build.os}, PostgreSQL ${row!.version}`;
}

/** Puts the results into docs/performance.md, each benchmark's between its marks. */
export async function writeDocument(results: Result[], on: string, rows: number): Promise<void> {
  let text = await Deno.readTextFile(DOCUMENT);
  for (const [bench, group] of Map.groupBy(results, ({ bench }) => bench)) {
    const [begin, end] = marks(bench);
    const from = text.indexOf(begin), to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new Error(`docs/performance.md has lost the marks of ${bench}`);
    }
    const size = WITHOUT_LEADS.includes(bench)
      ? ""
      : `; run with ${rows.toLocaleString("en")} leads`;
    const section = `${begin}\n\n${table(group)}\n\n${on}${size}.\n\n`;
    text = text.slice(0, from) + section + text.slice(to);
  }
  await Deno.writeTextFile(DOCUMENT, await format(text, "md"));
}
