import assert from "node:assert/strict";
import type { Batch } from "../connectors/connector.ts";
import { Mapping } from "../connectors/mapping.ts";
import { type ImportCall, Importer, type ImportPace, paceFromEnv } from "./importer.ts";

const MAPPING = new Mapping({ mapping: {}, unmapped: "ignore" });
const PACE: ImportPace = { rows: 10, characters: 1000, ms: 2000 };

/** Rows `from` to `to`, the last of them rejected where told; the checkpoint says where they end. */
function batch(from: number, to: number, { text = "a", rejectsLast = false } = {}): Batch {
  const numbers = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  const good = rejectsLast ? numbers.slice(0, -1) : numbers;
  return {
    rows: good.map((row) => ({ row, values: { email: `${text}${row}@x.test` } })),
    rejected: rejectsLast ? [{ row: to, field: null, reason: "is ragged" }] : [],
    checkpoint: { row: to },
    total: 40,
  };
}

/** An importer whose database takes everything, and says stop at the call of that number. */
function world({ pace = PACE, stopAt = Infinity } = {}) {
  const calls: ImportCall[] = [];
  let clock = 0;
  const importer = new Importer(
    (call) => {
      calls.push(call);
      return Promise.resolve(calls.length === stopAt ? "paused" : null);
    },
    pace,
    () => clock,
  );
  return { importer, calls, pass: (ms: number) => clock += ms };
}

const shape = ({ rows, rejected, checkpoint }: ImportCall) => [
  rows[0]?.row,
  rows.length,
  rejected.length,
  checkpoint,
];

Deno.test("small batches go together, with the checkpoint of the last of them", async () => {
  const { importer, calls } = world();
  for (const first of [1, 5, 9, 13]) {
    assert.equal(await importer.add(batch(first, first + 3, { rejectsLast: true }), MAPPING), null);
  }
  assert.deepEqual(calls.map(shape), [[1, 6, 2, { row: 8 }]]);
  assert.equal(await importer.flush(), null);
  assert.deepEqual(calls.map(shape), [[1, 6, 2, { row: 8 }], [9, 6, 2, { row: 16 }]]);
  assert.deepEqual(calls[0]?.rows[0], { row: 1, values: { email: "a1@x.test" } });
  assert.equal(calls[0]?.rows_total, 40);
});

Deno.test("a batch as large as the limit goes at once, and a larger one is not cut", async () => {
  const { importer, calls } = world();
  await importer.add(batch(1, 10), MAPPING);
  await importer.add(batch(11, 35), MAPPING);
  assert.deepEqual(calls.map(shape), [[1, 10, 0, { row: 10 }], [11, 25, 0, { row: 35 }]]);
});

Deno.test("long rows go earlier, and what has waited goes with the next batch", async () => {
  const long = world();
  await long.importer.add(batch(1, 1), MAPPING);
  await long.importer.add(batch(2, 2, { text: "x".repeat(990) }), MAPPING);
  assert.deepEqual(long.calls.map(shape), [[1, 1, 0, { row: 1 }], [2, 1, 0, { row: 2 }]]);

  const slow = world();
  await slow.importer.add(batch(1, 1), MAPPING);
  slow.pass(2000);
  await slow.importer.add(batch(2, 2), MAPPING);
  await slow.importer.add(batch(3, 3), MAPPING);
  assert.deepEqual(slow.calls.map(shape), [[1, 2, 0, { row: 2 }]]);
});

Deno.test("log lines go out in order, with rows or alone, and nothing goes out as nothing", async () => {
  const { importer, calls } = world();
  assert.equal(await importer.flush(), null);
  assert.equal(calls.length, 0);
  importer.log("info", "one");
  importer.log("warning", "two", { page: 2 });
  await importer.flush();
  assert.deepEqual(calls[0], {
    rows: [],
    rejected: [],
    checkpoint: null,
    rows_total: null,
    logs: [{ level: "info", message: "one", context: {} }, {
      level: "warning",
      message: "two",
      context: { page: 2 },
    }],
  });
  importer.log("info", "three");
  await importer.add(batch(1, 10), MAPPING);
  assert.deepEqual(calls[1]?.logs.map(({ message }) => message), ["three"]);
});

Deno.test("a stop is passed on, and nothing goes out twice", async () => {
  const { importer, calls } = world({ stopAt: 1 });
  assert.equal(await importer.add(batch(1, 10), MAPPING), "paused");
  assert.equal(await importer.flush(), null);
  assert.equal(calls.length, 1);

  const early = world({ stopAt: 1 });
  await early.importer.add(batch(1, 8), MAPPING);
  // What would have come after the stop is not taken.
  assert.equal(await early.importer.add(batch(9, 16), MAPPING), "paused");
  await early.importer.flush();
  assert.deepEqual(early.calls.map(shape), [[1, 8, 0, { row: 8 }]]);
});

Deno.test("a batch that ends without rows still moves the checkpoint", async () => {
  const { importer, calls } = world();
  await importer.add({ rows: [], rejected: [], checkpoint: { page: 3 }, total: null }, MAPPING);
  await importer.flush();
  assert.deepEqual(calls.map(shape), [[undefined, 0, 0, { page: 3 }]]);
});

Deno.test("the pace is the environment's, within what the database takes", () => {
  assert.equal(paceFromEnv({}).rows, 1000);
  assert.equal(paceFromEnv({ IMPORT_BATCH_ROWS: "250" }).rows, 250);
  for (const faulty of ["0", "10001", "many", "1.5"]) {
    assert.throws(() => paceFromEnv({ IMPORT_BATCH_ROWS: faulty }), /IMPORT_BATCH_ROWS/);
  }
});
