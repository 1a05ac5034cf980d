/** What becomes of CSV files as they come. */

import assert from "node:assert/strict";
import { Mapping } from "../mapping.ts";
import { collect, testWorld } from "../testing.ts";
import { csv } from "./csv.ts";
import { source, utf16, utf8, windows1252 } from "./testing.ts";

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

Deno.test("NUL bytes cost the rows they stand in, and nothing else", async () => {
  const { rows, rejected } = await read(utf8("a,b\n1,x\0y\n2,z\n\0\0\0,4\n5,\n"));
  assert.deepEqual(rows.map(({ values }) => values.a), ["1", "2", "\0\0\0", "5"]);
  const mapping = new Mapping({ mapping: {}, unmapped: "sourceData" });
  const imported = mapping.toImport({ rows, rejected, checkpoint: {}, total: 4 });
  assert.deepEqual(imported.rows.map(({ row }) => row), [2, 4]);
  assert.deepEqual(imported.rejected.map(({ row, field, reason }) => [row, field, reason]), [
    [1, "b", "contains the NUL character"],
    [3, "a", "contains the NUL character"],
  ]);
});

Deno.test("a cell of 10 MB is read, and its neighbours as well", async () => {
  const { rows, rejected } = await read(
    utf8(`a,b\n1,${"x".repeat(10 * 1024 * 1024)}\n2,"${"y\n".repeat(5 * 1024 * 1024)}"\n3,z\n`),
  );
  assert.deepEqual(rejected, []);
  assert.deepEqual(rows.map(({ values }) => String(values.b).length), [10485760, 10485760, 1]);
  const mapping = new Mapping({ mapping: {}, unmapped: "sourceData" });
  const imported = mapping.toImport({ rows, rejected, checkpoint: {}, total: 3 });
  assert.deepEqual(imported.rows, [{ row: 3, values: { source_data: { a: "3", b: "z" } } }]);
  assert.deepEqual(imported.rejected.map(({ row, field, reason }) => [row, field, reason]), [
    [1, "b", "is larger than 64 KB"],
    [2, "b", "is larger than 64 KB"],
  ]);
});
