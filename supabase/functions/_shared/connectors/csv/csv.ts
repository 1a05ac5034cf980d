/**
 * CSV files. A checkpoint is a byte of the file and what its beginning said of the rest, so that a job
 * goes on in the middle of 200 MB without reading what lies before.
 * @module
 */

import { z } from "zod";
import {
  type Batch,
  type Connector,
  type ConnectorContext,
  type RejectedRow,
  type Source,
  type SourceRow,
  withEstimate,
} from "../connector.ts";
import { SourceError } from "../errors.ts";
import { readCheckpoint } from "../checkpoint.ts";
import { CsvConfig } from "./config.ts";
import { type CsvFile, openFile, peek } from "./file.ts";
import { DELIMITERS, detectDelimiter, parseRecords } from "./records.ts";
import { bomOf, ENCODINGS, guessEncoding } from "./transcoder.ts";

const BATCH_ROWS = 500;
/** A batch also ends after so much text: cells may be long. */
const BATCH_CHARACTERS = 1024 * 1024;
const SAMPLE_ROWS = 5;
/** What is looked at to find out encoding and delimiter. */
const HEAD_BYTES = 64 * 1024;
const MAX_COLUMNS = 1000;
const MAX_NAME_CHARACTERS = 200;

const Checkpoint = z.object({
  offset: z.int().nonnegative(),
  row: z.int().nonnegative(),
  done: z.boolean(),
  encoding: z.enum(ENCODINGS).nullable(),
  delimiter: z.enum(DELIMITERS),
  header: z.array(z.string()).nullable(),
  size: z.number().nullable(),
  etag: z.string().nullable(),
});
type Checkpoint = z.infer<typeof Checkpoint>;

type CsvSource = Source<CsvConfig, null>;

/** CSV, inline or from the storage. */
export const csv: Connector<CsvConfig, null> = withEstimate({
  type: "csv",
  configSchema: CsvConfig,
  credentialsSchema: null,
  jobParams: ["path", "delimiter", "encoding", "header"],
  knownFields: () => ({}),

  async test(source, context) {
    for await (const batch of read(source, null, context, SAMPLE_ROWS)) {
      const { header } = readCheckpoint(Checkpoint, batch.checkpoint);
      return { sample: batch.rows, total: batch.total, fields: header ?? [] };
    }
    return { sample: [], total: 0, fields: [] };
  },

  run(source, checkpoint, context) {
    const begun = checkpoint && readCheckpoint(Checkpoint, checkpoint);
    return read(source, begun, context, BATCH_ROWS);
  },
});

async function* read(
  { config }: CsvSource,
  begun: Checkpoint | null,
  context: ConnectorContext,
  batchRows: number,
): AsyncGenerator<Batch> {
  if (begun?.done) return;
  const file = await openFile(config, begun?.offset ?? 0, context);
  try {
    yield* readFile(file, config, begun, context, batchRows);
  } finally {
    // Whoever stops early leaves a download open.
    await file.close();
  }
}

async function* readFile(
  file: CsvFile,
  config: CsvConfig,
  begun: Checkpoint | null,
  context: ConnectorContext,
  batchRows: number,
): AsyncGenerator<Batch> {
  if (begun) checkUnchanged(file, begun);
  const { chunks, ...start } = begun
    ? { chunks: file.chunks(), ...begun }
    : await inspect(file, config, context);

  const { size, etag } = file;
  const { delimiter } = start;
  let { offset, row, header, encoding } = start;
  let rows: SourceRow[] = [];
  let rejected: RejectedRow[] = [];
  let weight = 0;
  const take = (done: boolean): Batch => {
    const checkpoint = { offset, row, done, encoding, delimiter, header, size, etag };
    const estimate = size === null ? null : Math.round(row * size / Math.max(offset, 1));
    const batch = { rows, rejected, checkpoint, total: done ? row : estimate };
    rows = [];
    rejected = [];
    weight = 0;
    return batch;
  };
  const judge = (fields: string[]) => {
    if (header === null) {
      header = columnNames(config.header ? fields : fields.map(() => ""));
      if (config.header) return;
    }
    row++;
    weight += fields.reduce((length, field) => length + field.length, 0);
    const values = rowValues(header, fields);
    if (fields.length === header.length) rows.push({ row, values });
    else rejected.push({ row, field: null, reason: raggedness(fields.length, header), values });
  };

  const parsed = parseRecords(chunks, offset, { encoding, delimiter });
  for (;;) {
    const next = await parsed.next();
    encoding = next.value.encoding;
    if (next.done) {
      if (next.value.openQuote) {
        const reason = "begins a quotation that nothing ends";
        rejected.push({ row: ++row, field: null, reason });
      }
      break;
    }
    for (const record of next.value.records) {
      judge(record.fields);
      if (rows.length + rejected.length >= batchRows || weight >= BATCH_CHARACTERS) {
        offset = record.end();
        yield take(false);
      }
    }
  }
  if (row === 0) context.log("warning", "The file has no rows.");
  yield take(true);
}

/** Finds out what a file is like from its first bytes, and where its text begins. */
async function inspect(file: CsvFile, config: CsvConfig, context: ConnectorContext) {
  const { head, isWhole, chunks } = await peek(file.chunks(), HEAD_BYTES);
  const mark = bomOf(head);
  const offset = mark?.length ?? 0;
  const text = head.subarray(offset);
  const encoding = config.path === undefined
    ? "utf-8"
    : config.encoding ?? mark?.encoding ?? guessEncoding(text);
  const delimiter = config.delimiter ?? await detectDelimiter(text, encoding, isWhole);
  context.log("info", "The file is opened.", {
    size: file.size,
    encoding: encoding ?? "ascii",
    delimiter,
  });
  return {
    chunks: behind(chunks, offset),
    offset,
    row: 0,
    header: null as string[] | null,
    encoding,
    delimiter,
  };
}

/** The chunks without the first bytes, all of which are in the first chunk. */
async function* behind(
  chunks: AsyncGenerator<Uint8Array>,
  length: number,
): AsyncGenerator<Uint8Array> {
  let skip = length;
  for await (const chunk of chunks) {
    yield chunk.subarray(skip);
    skip = 0;
  }
}

function checkUnchanged(file: CsvFile, { size, etag }: Checkpoint): void {
  const differs = <T>(now: T | null, then: T | null) =>
    now !== null && then !== null && now !== then;
  if (differs(file.size, size) || differs(file.etag, etag)) {
    throw new SourceError(
      "source_changed",
      "The file is not the one the job began with. Start a new job for it.",
    );
  }
}

/** The header's names, each of its own: trimmed, numbered where they repeat, made up where they are empty. */
function columnNames(fields: string[]): string[] {
  if (fields.length > MAX_COLUMNS) {
    throw new SourceError("too_large", `The file has more than ${MAX_COLUMNS} columns.`);
  }
  const taken = new Set<string>();
  return fields.map((field, index) => {
    const sound = field.replaceAll("\0", "").toWellFormed().trim().slice(0, MAX_NAME_CHARACTERS)
      .toWellFormed();
    const name = sound || `column ${index + 1}`;
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name} (${n})`;
    taken.add(own);
    return own;
  });
}

function rowValues(header: readonly string[], fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    fields.map((field, index) => [header[index] ?? `column ${index + 1}`, field]),
  );
}

function raggedness(count: number, header: readonly string[]): string {
  return `has ${count} ${count === 1 ? "field" : "fields"} where the header has ${header.length}`;
}
