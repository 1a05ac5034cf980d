/**
 * Records of a CSV file, by csv-parse, with the place where each one ends.
 * @module
 */

import { SourceError } from "../errors.ts";
import { type Encoding, Transcoder } from "./transcoder.ts";

/** One record may hold so much: a 10 MB cell passes, to be rejected by itself. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** What parts a file's fields. */
export const DELIMITERS = [",", ";", "\t", "|"] as const;
/** What parts a file's fields. */
export type Delimiter = typeof DELIMITERS[number];

/** A record, and how to go on after it. */
export interface CsvRecord {
  readonly fields: string[];
  /** Where in the file the next record begins. */
  end(): number;
}

/** How a file is to be read. */
export interface CsvFormat {
  /** Null while all that was seen is ASCII. */
  readonly encoding: Encoding | null;
  readonly delimiter: Delimiter;
}

/** What reading ended with. */
export interface CsvEnd {
  readonly encoding: Encoding | null;
  /** The last record begins a quotation that nothing ends; it is not among the records. */
  readonly openQuote: boolean;
}

/**
 * The records in some bytes of a file that begin at `offset`, a chunk's worth at a time. Empty lines
 * and records of nothing but empty fields are none. Throws SourceError `too_large` at a record beyond
 * all bounds, after the records before it.
 */
export async function* parseRecords(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  offset: number,
  { encoding, delimiter }: CsvFormat,
): AsyncGenerator<{ records: CsvRecord[]; encoding: Encoding | null }, CsvEnd> {
  // Loaded by who needs it: most requests to most functions do not.
  const { parse } = await import("csv-parse");
  const transcoder = new Transcoder(encoding, offset);
  let records: CsvRecord[] = [];
  let openQuote = false;
  let fault: Error | undefined;
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    skip_records_with_error: true,
    max_record_size: MAX_RECORD_BYTES,
    // Taken out here and not as a stream, which would lose what it holds when an error comes.
    on_record: (fields: string[], { bytes }) => {
      records.push({ fields, end: () => transcoder.sourceOffset(bytes) });
      return null;
    },
    on_skip: (error) => {
      if (error?.code !== "CSV_QUOTE_NOT_CLOSED") throw error;
      openQuote = true;
      return undefined;
    },
  });
  parser.on("error", (error) => fault ??= error).resume();
  const taken = () => {
    const batch = { records, encoding: transcoder.encoding };
    records = [];
    return batch;
  };

  for await (const chunk of chunks) {
    const bytes = transcoder.push(chunk);
    if (bytes.length === 0) continue;
    await new Promise<void>((resolve) => parser.write(bytes, () => resolve()));
    yield taken();
    if (fault) throw outOfBounds(fault);
  }
  await new Promise<void>((resolve) => {
    parser.once("close", resolve);
    parser.end(transcoder.push());
  });
  yield taken();
  if (fault) throw outOfBounds(fault);
  return { encoding: transcoder.encoding, openQuote };
}

function outOfBounds(cause: Error): Error {
  const megabytes = MAX_RECORD_BYTES / 1024 / 1024;
  return new SourceError(
    "too_large",
    `A record is larger than ${megabytes} MB. Perhaps a quotation mark is opened and never closed.`,
    { cause },
  );
}

/**
 * What parts the fields of a file that begins so: of those that part the first record, the one that
 * parts most of the others alike.
 */
export async function detectDelimiter(
  head: Uint8Array,
  encoding: Encoding | null,
  isWhole: boolean,
): Promise<Delimiter> {
  let best: { delimiter: Delimiter; share: number; columns: number } = {
    delimiter: ",",
    share: 0,
    columns: 1,
  };
  for (const delimiter of DELIMITERS) {
    const widths: number[] = [];
    for await (const { records } of parseRecords([head], 0, { encoding, delimiter })) {
      widths.push(...records.map(({ fields }) => fields.length));
    }
    // The last record may be cut off.
    if (!isWhole && widths.length > 1) widths.pop();
    const [columns = 1] = widths;
    const share = widths.filter((width) => width === columns).length / widths.length;
    const isBetter = share > best.share || share === best.share && columns > best.columns;
    if (columns > 1 && isBetter) best = { delimiter, share, columns };
  }
  return best.delimiter;
}
