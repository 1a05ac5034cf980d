/** How a source's fields become a lead's. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { LeadPriority, LeadStatus } from "../../leads/schemas.ts";
import { LEAD_FIELDS, suits } from "./lead-fields.ts";
import { Mapping, mappingShape } from "./mapping.ts";

const Config = z.strictObject(mappingShape);
const mapping = (config: object = {}, known: Record<string, string> = {}) =>
  new Mapping(Config.parse(config), known);
const toLead = (values: Record<string, unknown>, config: object = {}) =>
  mapping(config).toLead(values);

Deno.test("fields are known by their usual names, however they are written", () => {
  const values = {
    "First Name": "Ada",
    surname: "Byron",
    "E-Mail-Address": "ada@example.com",
    "Work Phone": 442079460018,
    organisation: "Analytical Engines",
    "JOB_TITLE": "Countess",
    "Company Website": "https://example.com",
    "LinkedIn profile": "https://www.linkedin.com/in/ada",
    Ville: "London",
    Labels: "math; poetry, math",
    Status: " New ",
  };
  assert.deepEqual(toLead(values), {
    first_name: "Ada",
    last_name: "Byron",
    email: "ada@example.com",
    phone: "442079460018",
    company: "Analytical Engines",
    title: "Countess",
    website: "https://example.com",
    linkedin_url: "https://www.linkedin.com/in/ada",
    city: "London",
    tags: ["math", "poetry"],
    status: "new",
  });
});

Deno.test("every field of a lead is known by its own name", () => {
  const fitting: Record<string, string> = { status: "new", priority: "low" };
  for (const field of LEAD_FIELDS) {
    const value = fitting[field] ?? "2026-11-02";
    assert.deepEqual(Object.keys(toLead({ [field]: value })), [field]);
  }
});

Deno.test("whole names are parted where nothing names the parts", () => {
  const parted = (name: string) => toLead({ name });
  assert.deepEqual(parted("Ada King Byron"), { first_name: "Ada King", last_name: "Byron" });
  assert.deepEqual(parted("Byron, Ada King"), { first_name: "Ada King", last_name: "Byron" });
  assert.deepEqual(parted(" Ada "), { first_name: "Ada" });
  assert.deepEqual(toLead({ "full name": "Ada Byron", "last name": "King" }), {
    last_name: "King",
  });
});

Deno.test("what the owner says wins over what the name suggests", () => {
  const config = {
    mapping: {
      mail: "customFields.Old address",
      Kontakt: "email",
      Firma: null,
      seats: "company_data.seats",
    },
  };
  assert.deepEqual(toLead({ mail: "a@x.de", Kontakt: "b@x.de", Firma: "F", seats: 4 }, config), {
    email: "b@x.de",
    custom_fields: { "Old address": "a@x.de" },
    company_data: { seats: 4 },
  });
});

Deno.test("of two fields that become the same the surer one counts, and the other is kept", () => {
  const rows = [
    { mail: "second@x.de", "Email address": "first@x.de" },
    { "Email address": "first@x.de", mail: "second@x.de" },
  ];
  for (const row of rows) {
    assert.deepEqual(toLead(row), {
      email: "first@x.de",
      source_data: { mail: "second@x.de" },
    });
  }
  // An empty one says nothing.
  assert.deepEqual(toLead({ email: " ", mail: "second@x.de" }), { email: "second@x.de" });
  const known = mapping({}, { business: "email", private: "email" });
  assert.deepEqual(known.toLead({ email: "c@x.de", private: "b@x.de", business: "a@x.de" }), {
    email: "a@x.de",
    source_data: { email: "c@x.de", private: "b@x.de" },
  });
});

Deno.test("what only looks like a lead's status or time is kept aside, unless the owner says so", () => {
  const row = { email: "a@x.de", Status: "Open", Priority: "HIGH", "Last contact": "3/4/2026" };
  assert.deepEqual(toLead(row), {
    email: "a@x.de",
    priority: "high",
    source_data: { Status: "Open", "Last contact": "3/4/2026" },
  });
  // Then the import rejects it, by itself and with a reason.
  assert.equal(toLead(row, { mapping: { Status: "status" } }).status, "open");
  const moment = "2026-04-03T10:00:00+02:00";
  assert.deepEqual(toLead({ "Last contacted": moment }), { last_contacted_at: moment });
  for (const status of LeadStatus.options) assert.ok(suits("status", status));
  for (const priority of LeadPriority.options) assert.ok(suits("priority", priority));
});

Deno.test("fields that nothing is said about are kept where the owner wants them", () => {
  const row = { email: "a@x.de", Seats: "40", nested: { deep: [1, null, "a"] }, empty: "", no: [] };
  const rest = { Seats: "40", nested: { deep: [1, null, "a"] } };
  assert.deepEqual(toLead(row), { email: "a@x.de", source_data: rest });
  assert.deepEqual(toLead(row, { unmapped: "customFields" }), {
    email: "a@x.de",
    custom_fields: rest,
  });
  assert.deepEqual(toLead(row, { unmapped: "ignore" }), { email: "a@x.de" });
});

Deno.test("gaps are named: fields left over, fields missing, fields the mapping dreams of", () => {
  const gaps = mapping({ mapping: { Kontakt: "email", Gone: "phone", Internal: null } })
    .gaps(["Kontakt", "Name", "Shoe size", "Internal"]);
  assert.deepEqual(gaps.fields, [
    { field: "Kontakt", target: "email" },
    { field: "Name", target: "full_name" },
    { field: "Shoe size", target: null },
    { field: "Internal", target: null },
  ]);
  assert.deepEqual(gaps.unmapped, ["Shoe size"]);
  assert.deepEqual(gaps.unknown, ["Gone"]);
  assert.ok(gaps.missing.includes("phone") && !gaps.missing.includes("last_name"));
  assert.equal(gaps.hasIdentity, true);
});

Deno.test("an identity is an address, a profile, a phone, or company and name together", () => {
  const has = (...fields: string[]) => mapping().gaps(fields).hasIdentity;
  assert.deepEqual([has("email"), has("linkedin"), has("phone")], [true, true, true]);
  assert.deepEqual([has("company", "name"), has("company", "first name")], [true, true]);
  assert.deepEqual([has("company"), has("name"), has()], [false, false, false]);
});

Deno.test("a mapping to what is no field of a lead is refused", () => {
  const fails = (target: unknown) => !Config.safeParse({ mapping: { a: target } }).success;
  for (const target of ["score", "customFields", "customFields.", "agency_id", "tags.x", "", 3]) {
    assert.ok(fails(target), String(target));
  }
  for (const target of ["firstName", "first_name", "fullName", "sourceData.a.b", null]) {
    assert.ok(!fails(target), String(target));
  }
});

Deno.test("rows that cannot be stored are rejected by themselves, with an excerpt of them", () => {
  const batch = {
    rows: [
      { row: 1, values: { email: "a@x.de" } },
      { row: 2, values: { email: "b@x.de", note: "a\0b" } },
      { row: 3, values: { note: "x".repeat(65 * 1024) } },
      { row: 4, values: { list: ["a", { deep: "\0" }], tail: "é".repeat(600) } },
      { row: 5, values: { "na\0me": "x" } },
      { row: 6, values: { email: "f@x.de", list: ["\\u0000", "half \ud800"] } },
    ],
    rejected: [{ row: 7, field: null, reason: "is ragged", values: { a: "1" } }],
    checkpoint: {},
    total: null,
  };
  const { rows, rejected } = mapping().toImport(batch);
  assert.deepEqual(rows, [
    { row: 1, values: { email: "a@x.de" } },
    { row: 6, values: { email: "f@x.de", source_data: { list: ["\\u0000", "half \ufffd"] } } },
  ]);
  assert.deepEqual(rejected.map(({ row, field, reason }) => [row, field, reason]), [
    [2, "note", "contains the NUL character"],
    [3, "note", "is larger than 64 KB"],
    [4, "list", "contains the NUL character"],
    [5, "na\ufffdme", "contains the NUL character"],
    [7, null, "is ragged"],
  ]);
  assert.equal(rejected[0]?.row_data.note, "a\ufffdb");
  assert.equal(rejected[1]?.row_data.note, `${"x".repeat(500)}…`);
  assert.deepEqual(rejected[4]?.row_data, { a: "1" });
});

Deno.test("whatever comes, what is made of it is JSON that Postgres stores", () => {
  const text = fc.string({ unit: "binary", maxLength: 8 });
  fc.assert(fc.property(fc.dictionary(text, fc.jsonValue({ stringUnit: "binary" })), (values) => {
    const row = { row: 1, values };
    const { rows, rejected } = mapping()
      .toImport({ rows: [row], rejected: [], checkpoint: {}, total: null });
    assert.equal(rows.length + rejected.length, 1);
    const json = JSON.stringify([rows, rejected]);
    assert.ok(!/(?<!\\)(\\\\)*\\u0000/.test(json));
    assert.ok(!/(?<!\\)(\\\\)*\\ud[89a-f]/i.test(json));
  }));
});
