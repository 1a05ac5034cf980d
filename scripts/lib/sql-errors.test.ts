import { deepStrictEqual, throws } from "node:assert/strict";
import { checkConstraints, raisedErrors } from "./sql-errors.ts";

Deno.test("a raised error is read with its status, code and sentences", () => {
  const text = `
    -- raise exception 'in a comment';
    if not found then
      raise exception using errcode = 'PT404', message = 'lead_not_found',
        detail = format('No lead %s; it''s gone.', v_id), hint = 'Look again.';
    end if;`;
  deepStrictEqual(raisedErrors("a.sql", text), [{
    file: "a.sql",
    status: 404,
    code: "lead_not_found",
    detail: "No lead …; it's gone.",
    hint: "Look again.",
  }]);
});

Deno.test("an error without a listable code or sentence is refused", () => {
  for (
    const statement of [
      "raise exception 'plain';",
      "raise exception using errcode = 'PT404', message = v_code, detail = 'A sentence.';",
      "raise exception using errcode = 'PT200', message = 'fine', detail = 'A sentence.';",
      "raise exception using errcode = 'PT404', message = 'lead_not_found';",
    ]
  ) throws(() => raisedErrors("a.sql", statement), /a\.sql: not of the form/);
});

Deno.test("check constraints are found by name, others are not", () => {
  deepStrictEqual(
    checkConstraints("constraint a_is_b check (a = b), constraint a_once unique (a)"),
    ["a_is_b"],
  );
});
