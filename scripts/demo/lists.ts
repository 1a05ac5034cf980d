/**
 * The lists that a demo imports: made-up ones, or a file as it is. A file in which nothing tells one
 * person from another gets an e-mail address made of its id, so that there is something to see.
 * @module
 */

import { basename } from "node:path";
import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { stringify } from "csv-stringify";
import { Mapping } from "../../supabase/functions/_shared/connectors/mapping.ts";
import { COLUMNS, makeRows, plans } from "./generate.ts";

/** A list to be imported. */
export interface List {
  /** The campaign that its leads go to. */
  campaign: string;
  /** The name of its file in Storage. */
  file: string;
  /** What was done to it on the way, for the person who looks on. */
  notes: string[];
  /** The CSV, once. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** Made-up lists with `rows` rows together. */
export function madeUpLists(rows: number, seed: number): List[] {
  return plans(rows, seed).map((plan) => ({
    campaign: plan.campaign,
    file: `${plan.campaign.toLowerCase().replaceAll(" ", "-")}.csv`,
    notes: [],
    open: () =>
      Promise.resolve(
        bytes(
          Readable.from(makeRows(plan)).pipe(stringify({ header: true, columns: [...COLUMNS] })),
        ),
      ),
  }));
}

/** The list in a file. */
export async function listOf(path: string): Promise<List> {
  const header = await headerOf(path);
  const file = basename(path).replaceAll(/[^\w.-]/g, "-");
  const list = { campaign: basename(path, ".csv"), file, notes: [] as string[] };
  const hasIdentity =
    new Mapping({ mapping: {}, unmapped: "customFields" }).gaps(header).hasIdentity;
  const id = header.find((name) => /(^|[^a-z])(id|key|number|no)$/i.test(name));
  if (hasIdentity || id === undefined) {
    return { ...list, open: async () => (await Deno.open(path)).readable };
  }
  list.notes.push(
    `Nothing in it tells people apart but "${id}": e-mail addresses are made of that.`,
  );
  const outcome = header.find((name) => /^(converted|won|customer)$/i.test(name));
  if (outcome) list.notes.push(`"${outcome}" becomes the status: converted where it is 1 or yes.`);
  return { ...list, open: () => Promise.resolve(withIdentity(path, id, outcome)) };
}

function withIdentity(path: string, id: string, outcome?: string): ReadableStream<Uint8Array> {
  async function* rows() {
    const file = await Deno.open(path);
    const source = Readable.fromWeb(file.readable as never).pipe(csv({ columns: true }));
    for await (const row of source as AsyncIterable<Record<string, string>>) {
      const mail = `${row[id]?.trim().replaceAll(/[^\w.-]/g, "-")}@list.example`;
      const won = outcome && /^(1|yes|true)$/i.test(row[outcome] ?? "");
      yield { ...row, Email: mail, ...outcome && { Status: won ? "converted" : "new" } };
    }
  }
  return bytes(Readable.from(rows()).pipe(stringify({ header: true })));
}

async function headerOf(path: string): Promise<string[]> {
  using file = await Deno.open(path);
  const head = new Uint8Array(64 * 1024);
  const text = new TextDecoder().decode(head.subarray(0, await file.read(head) ?? 0));
  const records = await Readable.from([text]).pipe(csv({ to: 1 })).toArray();
  return (records[0] as string[] | undefined) ?? [];
}

const csv = (options: { columns?: true; to?: number }) =>
  parse({ bom: true, relax_column_count: true, delimiter: [",", ";", "\t", "|"], ...options });

function bytes(stream: Readable): ReadableStream<Uint8Array> {
  const texts = Readable.toWeb(stream) as ReadableStream<Uint8Array | string>;
  const encoder = new TextEncoder();
  return texts.pipeThrough(
    new TransformStream({
      transform(part, controller) {
        controller.enqueue(typeof part === "string" ? encoder.encode(part) : part);
      },
    }),
  );
}
