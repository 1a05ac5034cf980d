import assert from "node:assert/strict";
import { z } from "@hono/zod-openapi";
import { camel, FieldName, fromColumns, MachineCode, snake, toColumns } from "./mapping.ts";
import { JsonObject } from "./schemas.ts";

const Schema = z.object({
  firstName: z.string().nullable(),
  customFields: JsonObject.optional(),
  results: z.array(z.object({ leadId: z.string() })).optional(),
  field: FieldName.nullable().optional(),
  code: MachineCode.optional(),
});

Deno.test("names go to SQL's spelling and back", () => {
  for (
    const [http, sql] of [
      ["firstName", "first_name"],
      ["linkedinUrl", "linkedin_url"],
      ["last30Days", "last_30_days"],
      ["id", "id"],
    ] as const
  ) {
    assert.equal(snake(http), sql);
    assert.equal(camel(sql), http);
  }
});

Deno.test("declared keys are mapped, free objects pass untouched with every key they have", () => {
  const free = JSON.parse(
    '{"camelCase":1,"snake_case":2,"__proto__":{"polluted":true},"constructor":{"prototype":3}}',
  );
  const columns = toColumns(Schema, { firstName: null, customFields: free });
  assert.equal(
    JSON.stringify(columns),
    `{"first_name":null,"custom_fields":${JSON.stringify(free)}}`,
  );
  assert.equal(
    JSON.stringify(fromColumns(Schema, columns)),
    '{"firstName":null,"customFields":' +
      `${JSON.stringify(free)}}`,
  );
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

Deno.test("undeclared keys of an answer are dropped, lists are mapped item by item", () => {
  assert.deepEqual(
    fromColumns(z.array(Schema), [{
      first_name: "Ada",
      dedupe_key: "secret",
      results: [{ lead_id: "1", extra: 2 }],
      field: "custom_fields",
      code: "lead_not_found",
    }]),
    [{
      firstName: "Ada",
      results: [{ leadId: "1" }],
      field: "customFields",
      code: "LEAD_NOT_FOUND",
    }],
  );
});

Deno.test("undeclared keys going in stay as they are, even the strangest", () => {
  const row = JSON.parse('{"firstName":"Ada","first_name":"x","__proto__":1,"toString":2}');
  const columns = toColumns(Schema, row);
  assert.deepEqual(Object.entries(columns).sort(), [
    ["__proto__", 1],
    ["first_name", "x"],
    ["toString", 2],
  ]);
});
