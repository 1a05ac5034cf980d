/**
 * Sources that answer page by page, read in batches. A checkpoint names a page and how many of its
 * items are behind; the page is asked for again, its first items are passed over.
 * @module
 */

import { z } from "zod";
import type { Json } from "../database.types.ts";
import { readCheckpoint } from "./checkpoint.ts";
import type { Batch, JsonObject, RejectedRow, SourceRow } from "./connector.ts";

/** The most items of a batch, unless a source is read in smaller portions. */
const BATCH_ITEMS = 500;

const Checkpoint = z.object({
  /** Items of the page that are behind. */
  index: z.int().nonnegative(),
  row: z.int().nonnegative(),
  done: z.boolean(),
});

/** A page of a source. */
export interface Page<Position extends Json> {
  readonly items: readonly unknown[];
  /** Where the next page is; null after the last one. */
  readonly next: Position | null;
  /** How many items there are in all, as the source says. */
  readonly total: number | null;
}

/** What becomes of an item: a row, or a reason why not. */
export type Verdict =
  | { readonly values: Readonly<Record<string, unknown>> }
  | {
    readonly field: string | null;
    readonly reason: string;
    readonly values?: Readonly<Record<string, unknown>>;
  };

/** How a source is read. */
export interface PageReading<Position extends Json> {
  readonly position: z.ZodType<Position>;
  /** Where the first page is. */
  readonly first: Position;
  readPage(position: Position): Promise<Page<Position>>;
  /** What becomes of some items of a page, in their order; may ask the source about them. */
  judge(items: readonly unknown[]): Promise<readonly Verdict[]> | readonly Verdict[];
  /** The most items that are judged at once. */
  readonly portion?: number;
  /** The most items that are read at all. */
  readonly limit?: number;
}

/** Reads page after page behind the checkpoint. The last batch's checkpoint is done. */
export async function* readPages<Position extends Json>(
  reading: PageReading<Position>,
  begun: JsonObject | null,
): AsyncGenerator<Batch> {
  const { portion = BATCH_ITEMS, limit = Infinity } = reading;
  let { index, row, done } = begun
    ? readCheckpoint(Checkpoint, begun)
    : { index: 0, row: 0, done: false };
  let position = begun ? readCheckpoint(reading.position, begun.position) : reading.first;

  while (!done) {
    const page = await reading.readPage(position);
    do {
      const size = Math.min(portion, limit - row);
      const items = page.items.slice(index, index + size);
      const verdicts = items.length > 0 ? await reading.judge(items) : [];
      const { rows, rejected } = sort(verdicts, row);
      row += items.length;
      index += items.length;
      const isPageRead = index >= page.items.length;
      done = row >= limit || isPageRead && page.next === null;
      if (isPageRead && page.next !== null) {
        position = page.next;
        index = 0;
      }
      const total = page.total === null ? null : Math.max(row, Math.min(page.total, limit));
      yield {
        rows,
        rejected,
        checkpoint: { position, index, row, done },
        total: done ? row : total,
      };
    } while (!done && index > 0);
  }
}

/** Rows and rejected rows, numbered on from `row`. */
function sort(
  verdicts: readonly Verdict[],
  row: number,
): { rows: SourceRow[]; rejected: RejectedRow[] } {
  const rows: SourceRow[] = [];
  const rejected: RejectedRow[] = [];
  verdicts.forEach((verdict, index) => {
    const numbered = { row: row + index + 1, ...verdict };
    if ("reason" in numbered) rejected.push(numbered);
    else rows.push(numbered);
  });
  return { rows, rejected };
}
