/** How a file is read: in batches, on from any of them, to its end or to what stops it. */

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Download } from "../connector.ts";
import { SourceError } from "../errors.ts";
import { assertResumesAnywhere, collect, failureOf, testWorld } from "../testing.ts";
import { csv } from "./csv.ts";
import { inChunks, source, utf16, utf8, windows1252 } from "./testing.ts";

Deno.test("what the encoding was found to be holds from every checkpoint on", async () => {
  // Too late to be seen at the beginning; and read by itself, the tail would pass for UTF-8.
  const ada = "Ada ".repeat(25);
  const text = `name\n${`${ada}\n`.repeat(1200)}José\n${"Ã©\n".repeat(1200)}`;
  const { context } = testWorld({
    download: (_path, from) =>
      Promise.resolve({
        body: inChunks(windows1252(text).subarray(from), 1000),
        offset: from,
        size: null,
        etag: null,
      }),
  });
  const { rows } = await assertResumesAnywhere(csv, source({ path: "f" }), context);
  assert.deepEqual(rows.slice(1199, 1203).map(({ values }) => values.name), [
    ada,
    "José",
    "Ã©",
    "Ã©",
  ]);
});

Deno.test("rows of long cells come in smaller batches", async () => {
  const file = utf8(`a\n${`${"x".repeat(200_000)}\n`.repeat(20)}`);
  const { context } = testWorld({ files: { f: file } });
  const { batches } = await assertResumesAnywhere(csv, source({ path: "f" }), context);
  assert.deepEqual(batches.map(({ rows }) => rows.length), [6, 6, 6, 2]);
});

Deno.test("a record beyond all bounds ends the run after the rows before it", async () => {
  const file = utf8(`a,b\n${"1,2\n".repeat(600)}3,"${"x".repeat(17 * 1024 * 1024)}"\n`);
  const { context } = testWorld({ files: { f: file } });
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const { rows } of csv.run(source({ path: "f" }), null, context)) {
      seen.push(rows.length);
    }
  }, (error) => error instanceof SourceError && error.code === "too_large");
  assert.deepEqual(seen, [500]);
});

Deno.test("a text in the config is a file as well", async () => {
  const { context } = testWorld();
  const text = "\uFEFFname,city\nZoë,Köln\n";
  const { rows } = await assertResumesAnywhere(csv, source({ text }), context);
  assert.deepEqual(rows, [{ row: 1, values: { name: "Zoë", city: "Köln" } }]);
});

Deno.test("a file goes on from every checkpoint, by its byte", async () => {
  const lines = Array.from(
    { length: 2300 },
    (_, n) => n % 7 === 0 ? `${n};"Zoë\n€ ${n}"` : n % 11 === 0 ? `${n}` : `${n};x`,
  );
  const text = `n;note\n${lines.join("\r\n")}`;
  for (const bytes of [utf8(text), utf16(text, true), utf16(text, false), windows1252(text)]) {
    const world = testWorld({ files: { f: bytes } });
    const { rows, rejected } = await assertResumesAnywhere(
      csv,
      source({ path: "f" }),
      world.context,
    );
    assert.equal(rows.length + rejected.length, 2300);
    assert.ok(world.downloads.slice(1).every((from) => from > 0));
  }
});

Deno.test("a storage without ranges is read from the start, and the rows before are skipped", async () => {
  const bytes = utf8(`n\n${Array.from({ length: 1700 }, (_, n) => n).join("\n")}`);
  const { context } = testWorld({
    download: () =>
      Promise.resolve({ body: new Blob([bytes]).stream(), offset: 0, size: null, etag: null }),
  });
  const { rows } = await assertResumesAnywhere(csv, source({ path: "f" }), context);
  assert.deepEqual(rows.map(({ values }) => Number(values.n)), [...Array(1700).keys()]);
});

Deno.test("any table comes out as it went in, however it is cut into chunks, and from every checkpoint", async () => {
  const field = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom('"', "\n", "\r\n", ",", ";", "é", "€", "𝔸", "a\tb|c"),
  ).map((text) => text.toWellFormed());
  const table = fc.integer({ min: 1, max: 4 }).chain((columns) =>
    fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { maxLength: 40 })
  );
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom(",", ";", "\t", "|"),
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom("utf-8" as const, "utf-16le" as const, "utf-16be" as const),
      fc.integer({ min: 1, max: 50 }),
      async (rows, delimiter, newline, encoding, chunkSize) => {
        const kept = rows.filter((row) => row.some((cell) => cell.trim() !== ""));
        const width = rows[0]?.length ?? 1;
        const header = Array.from({ length: width }, (_, n) => `c${n}`);
        const text = [header, ...rows].map((row) =>
          row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)
        ).join(newline);
        const bytes = encoding === "utf-8" ? utf8(text) : utf16(text, encoding === "utf-16le");
        const { context } = testWorld({
          download: (_path, from) =>
            Promise.resolve({
              body: inChunks(bytes.subarray(from), chunkSize),
              offset: from,
              size: bytes.length,
              etag: null,
            }),
        });
        const config = { path: "f", delimiter, encoding };
        const read = await assertResumesAnywhere(csv, source(config), context);
        assert.deepEqual(read.rejected, []);
        assert.deepEqual(read.rows.map(({ values }) => Object.values(values)), kept);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("a file that breaks off, stops, is another by now, is too large or gone", async () => {
  const bytes = utf8(`n\n${"1\n".repeat(2000)}`);
  const run = async (download: object, timeoutMs = 60_000, checkpoint = null) => {
    const { context } = testWorld({
      timeoutMs,
      download: () =>
        Promise.resolve({
          body: new Blob([bytes]).stream(),
          offset: 0,
          size: bytes.length,
          etag: '"1"',
          ...download,
        }),
    });
    return await collect(csv, source({ path: "f" }), context, checkpoint);
  };
  assert.equal(await failureOf(() => run({ size: bytes.length + 1 })), "truncated_answer");
  const broken = ReadableStream.from((async function* () {
    yield await Promise.resolve(bytes.slice(0, 100));
    throw new TypeError("connection reset");
  })());
  assert.equal(await failureOf(() => run({ body: broken })), "truncated_answer");
  const stalled = new ReadableStream<Uint8Array>({ start: (c) => c.enqueue(bytes.slice(0, 100)) });
  assert.equal(await failureOf(() => run({ body: stalled }, 1)), "timed_out");
  assert.equal(await failureOf(() => run({ size: 200 * 1024 * 1024 + 1 })), "too_large");

  const { batches } = await run({});
  const checkpoint = batches[0]?.checkpoint ?? null;
  const resumed = (download: object) => failureOf(() => run(download, 60_000, checkpoint as null));
  assert.equal(await resumed({}), "none");
  assert.equal(await resumed({ etag: '"2"' }), "source_changed");
  assert.equal(await resumed({ size: 5 }), "source_changed");

  const { context } = testWorld();
  assert.equal(
    await failureOf(() => collect(csv, source({ path: "gone" }), context)),
    "not_found",
  );
  assert.equal(await failureOf(() => collect(csv, source({}), context)), "invalid_config");
  assert.equal(
    await failureOf(() => collect(csv, source({ text: "a\n1" }), context, { page: 2 })),
    "invalid_checkpoint",
  );
});

Deno.test("a test takes the first rows and reads no more of the file than it must", async () => {
  const row = "ada@example.com,Ada\n";
  let pulled = 0;
  const { context } = testWorld({
    download: () =>
      Promise.resolve({
        body: new ReadableStream<Uint8Array>({
          pull: (controller) => {
            controller.enqueue(utf8(pulled++ === 0 ? `email,name\n${row}` : row.repeat(1000)));
          },
        }),
        offset: 0,
        size: 11 + row.length * 1_000_000,
        etag: null,
      }),
  });
  const { sample, fields, total } = await csv.test(source({ path: "f" }), context);
  assert.deepEqual(fields, ["email", "name"]);
  assert.deepEqual(sample[4], { row: 5, values: { email: "ada@example.com", name: "Ada" } });
  assert.equal(sample.length, 5);
  assert.ok(total !== null && total > 900_000 && total <= 1_000_000, String(total));
  assert.ok(pulled < 10, String(pulled));
});

Deno.test("however a run ends, the download is closed", async () => {
  const bytes = utf8(`n\n${"1\n".repeat(2000)}`);
  let open = 0;
  const world = (more: object = {}) =>
    testWorld({
      download: () => {
        open++;
        const body = new ReadableStream<Uint8Array>({
          pull: (controller) => controller.enqueue(bytes),
          cancel: () => void open--,
        });
        return Promise.resolve({ body, offset: 0, size: null, etag: '"1"', ...more });
      },
    }).context;
  const first = csv.run(source({ path: "f" }), null, world());
  const { value } = await first.next();
  assert.equal(open, 1);
  await first.return(undefined);
  assert.equal(open, 0);

  const changed = csv.run(source({ path: "f" }), value.checkpoint, world({ etag: '"2"' }));
  assert.equal(await failureOf(() => changed.next()), "source_changed");
  assert.equal(open, 0);

  const large = csv.run(source({ path: "f" }), null, world({ size: 2 ** 30 }));
  assert.equal(await failureOf(() => large.next()), "too_large");
  assert.equal(open, 0);
  await csv.test(source({ path: "f" }), world());
  assert.equal(open, 0);
});

Deno.test("a storage that does not answer is not waited for, and what it sends later is not left open", async () => {
  const { promise: answered, resolve } = Promise.withResolvers<Download>();
  const { context } = testWorld({ timeoutMs: 10, download: () => answered });
  const late = source({ path: "late.csv" });
  assert.equal(await failureOf(() => collect(csv, late, context)), "timed_out");
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
  resolve({ body: new ReadableStream({ cancel }), offset: 0, size: null, etag: null });
  await cancelled;
});
