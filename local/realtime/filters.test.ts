import { deepStrictEqual, throws } from "node:assert/strict";
import { BindingError, readBinding, readFilters } from "./filters.ts";

const filter = (column: string, op: string, value: string, negate = false) => ({
  column,
  op,
  value,
  negate,
});

Deno.test("filters are read as they are written", () => {
  const cases: [string, ReturnType<typeof filter>[]][] = [
    ["", []],
    ["  ", []],
    ["id=eq.1", [filter("id", "eq", "1")]],
    ["id=not.gt.1", [filter("id", "gt", "1", true)]],
    ["name=eq.", [filter("name", "eq", "")]],
    ["name=eq.a.b=c", [filter("name", "eq", "a.b=c")]],
    ["id=in.(1,2)", [filter("id", "in", "{1,2}")]],
    ["a=eq.1,b=in.(2,3), c=is.null", [
      filter("a", "eq", "1"),
      filter("b", "in", "{2,3}"),
      filter("c", "is", "null"),
    ]],
    ['a=eq."x,y",b=eq.2', [filter("a", "eq", "x,y"), filter("b", "eq", "2")]],
    ['a=eq."say \\"hi\\", or (",b=eq.2', [
      filter("a", "eq", 'say "hi", or ('),
      filter("b", "eq", "2"),
    ]],
    ['a=in.("x,y",z)', [filter("a", "in", '{"x,y",z}')]],
    ['a=eq.5"', [filter("a", "eq", '5"')]],
  ];
  for (const [text, expected] of cases) deepStrictEqual(readFilters(text), expected, text);
});

Deno.test("what is no filter is refused", () => {
  for (
    const text of ["id", "undefined", "id=eq", "id=of.1", "id=in.1,2", "id=eq.1,,id=eq.2", ","]
  ) {
    throws(() => readFilters(text), BindingError, text);
  }
});

Deno.test("a binding names a schema or a table, and columns of one table only", () => {
  const whole = { event: "*", filters: [], columns: null };
  deepStrictEqual(readBinding({ schema: "public" }), { ...whole, schema: "public", table: "*" });
  deepStrictEqual(readBinding({ table: "a", event: "delete" }), {
    ...whole,
    event: "DELETE",
    schema: "public",
    table: "a",
  });
  deepStrictEqual(readBinding({ table: "a", select: ["b", 1] }).columns, ["b"]);
  for (const wrong of [{}, { table: "a", select: "b" }, { schema: "public", select: ["b"] }]) {
    throws(() => readBinding(wrong), BindingError);
  }
});
