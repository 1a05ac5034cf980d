/** What becomes of CSV files as they come. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { SourceError } from "../errors.ts";
import { assertResumesAnywhere, collect, failureOf, testWorld } from "../testing.ts";
import { CsvConfig } from "./config.ts";
import { csv } from "./csv.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

function utf16(text: string, littleEndian: boolean, mark = true): Uint8Array {
  const marked = mark ? `\uFEFF${text}` : text;
  const view = new DataView(new ArrayBuffer(marked.length * 2));
  for (let i = 0; i < marked.length; i++) view.setUint16(i * 2, marked.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

/** For texts of Latin-1 and the euro sign. */
function windows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character === "€" ? 0x80 : character.charCodeAt(0));
}

function source(config: object) {
  return { config: CsvConfig.parse(config), credentials: null, rateLimit: null };
}

/** A file's rows, rejected rows and warnings. */
async function read(bytes: Uint8Array, config: object = {}) {
  const world = testWorld({ files: { "a/b.csv": bytes } });
  const { rows, rejected, batches } = await collect(
    csv,
    source({ path: "a/b.csv", ...config }),
    world.context,
  );
  return {
    values: rows.map(({ values }) => values),
    rows,
    rejected,
    total: batches.at(-1)?.total,
    warnings: world.logs.filter(({ level }) => level === "warning"),
  };
}

const PEOPLE = "name,city\nZoë,Köln\nAndré,“Paris”\n";
const FOUND = [{ name: "Zoë", city: "Köln" }, { name: "André", city: "“Paris”" }];

Deno.test("a file says the same in every encoding", async () => {
  assert.deepEqual((await read(utf8(PEOPLE))).values, FOUND);
  assert.deepEqual((await read(utf8(`\uFEFF${PEOPLE}`))).values, FOUND);
  for (const littleEndian of [true, false]) {
    for (const mark of [true, false]) {
      assert.deepEqual((await read(utf16(PEOPLE, littleEndian, mark))).values, FOUND);
    }
  }
  const western = "name;price\nZoë;5 €\n";
  assert.deepEqual((await read(windows1252(western))).values, [{ name: "Zoë", price: "5 €" }]);
});

Deno.test("an encoding that is told is believed", async () => {
  const bytes = Uint8Array.of(...utf8("name\n"), 0xc3, 0xa9);
  assert.deepEqual((await read(bytes)).values, [{ name: "é" }]);
  assert.deepEqual((await read(bytes, { encoding: "windows-1252" })).values, [{ name: "Ã©" }]);
});

Deno.test("Windows-1252 is noticed where its first letter comes late", async () => {
  const ascii = `name\n${"Ada\n".repeat(30_000)}`;
  const { values, total } = await read(windows1252(`${ascii}Zoë\nJosé\n`));
  assert.equal(total, 30_002);
  assert.deepEqual(values.slice(-2), [{ name: "Zoë" }, { name: "José" }]);
});

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

Deno.test("delimiters are found by what parts all rows alike", async () => {
  for (const delimiter of [",", ";", "\t", "|"]) {
    const file = ["name,last|x;y", "a", "b"].map((field) => `"${field}"`).join(delimiter) +
      `\n1${delimiter}2${delimiter}3\n`;
    assert.deepEqual((await read(utf8(file))).values, [{ "name,last|x;y": "1", a: "2", b: "3" }]);
  }
  // Decimal commas, and text with commas in every row but not the same number of them.
  const german = "Name;Preis;Notiz\nAda;1,5;a, b, c\nBob;2,5;d\n";
  assert.deepEqual((await read(utf8(german))).values[0], {
    Name: "Ada",
    Preis: "1,5",
    Notiz: "a, b, c",
  });
  assert.deepEqual((await read(utf8("email\nada@example.com\n"))).values, [
    { email: "ada@example.com" },
  ]);
  assert.deepEqual((await read(utf8("a;b,c\n1;2,3\n"), { delimiter: ";" })).values, [
    { a: "1", "b,c": "2,3" },
  ]);
});

Deno.test("quotations hold newlines, delimiters and quotation marks", async () => {
  const file = 'name,note\r\n"Ada ""the first""","one\r\ntwo, three\nfour"\r\nBob,5" pipe\r\n';
  assert.deepEqual((await read(utf8(file))).values, [
    { name: 'Ada "the first"', note: "one\r\ntwo, three\nfour" },
    { name: "Bob", note: '5" pipe' },
  ]);
});

Deno.test("line ends may be of any kind, mixed, and missing at the end", async () => {
  const { values } = await read(utf8("a,b\r\n1,2\n3,4\r5,6\r\n\r\n\n7,8"));
  assert.deepEqual(values.map(({ a }) => a), ["1", "3", "5", "7"]);
});

Deno.test("ragged rows are rejected by themselves, with row number and reason", async () => {
  const { values, rejected, total } = await read(utf8("a,b\n1,2\n3\n4,5,6\n7,8\n"));
  assert.deepEqual(values.map(({ a }) => a), ["1", "7"]);
  assert.equal(total, 4);
  assert.deepEqual(rejected, [
    { row: 2, field: null, reason: "has 1 field where the header has 2", values: { a: "3" } },
    {
      row: 3,
      field: null,
      reason: "has 3 fields where the header has 2",
      values: { a: "4", b: "5", "column 3": "6" },
    },
  ]);
});

Deno.test("a quotation that nothing ends costs its own row alone", async () => {
  const { values, rejected, total } = await read(utf8('a,b\n1,2\n3,"4\n5,6\n'));
  assert.deepEqual(values, [{ a: "1", b: "2" }]);
  assert.deepEqual(rejected, [{
    row: 2,
    field: null,
    reason: "begins a quotation that nothing ends",
  }]);
  assert.equal(total, 2);
});

Deno.test("headers that repeat or are empty get names of their own", async () => {
  const file = "name, name ,,name,__proto__\n1,2,3,4,5\n";
  const [values] = (await read(utf8(file))).values;
  assert.deepEqual(Object.entries(values ?? {}), [
    ["name", "1"],
    ["name (2)", "2"],
    ["column 3", "3"],
    ["name (3)", "4"],
    ["__proto__", "5"],
  ]);
  assert.deepEqual((await read(utf8("1,2\n3,4\n"), { header: false })).values, [
    { "column 1": "1", "column 2": "2" },
    { "column 1": "3", "column 2": "4" },
  ]);
});

Deno.test("empty files and lone headers have no rows and say so", async () => {
  for (const file of ["", "\uFEFF", "\n\n", "name,city", "name,city\r\n", "name,city\n,\n , \n"]) {
    const { values, rejected, total, warnings } = await read(utf8(file));
    assert.deepEqual([values, rejected, total, warnings.length], [[], [], 0, 1], file);
  }
});

Deno.test("a cell of 10 MB is read, and its neighbours as well", async () => {
  const { rows, rejected } = await read(
    utf8(`a,b\n1,${"x".repeat(10 * 1024 * 1024)}\n2,"${"y\n".repeat(5 * 1024 * 1024)}"\n3,z\n`),
  );
  assert.deepEqual(rejected, []);
  assert.deepEqual(rows.map(({ values }) => String(values.b).length), [10485760, 10485760, 1]);
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

function inChunks(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  return ReadableStream.from((function* () {
    for (let from = 0; from < bytes.length; from += size) yield bytes.slice(from, from + size);
  })());
}

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
