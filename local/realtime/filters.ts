/** The filter language of postgres_changes: `score=gte.50,status=in.(new,won),name=not.is.null`. */
import type { ChangeBinding } from "./join.ts";

/** One comparison of a column with a value. */
export interface Filter {
  column: string;
  op: string;
  value: string;
  negate: boolean;
}

/** What a binding asks to be told. */
export interface Subscription {
  event: "*" | "INSERT" | "UPDATE" | "DELETE";
  /** `*` for every schema, as for `table`. */
  schema: string;
  table: string;
  filters: Filter[];
  /** The columns asked for; null for all. */
  columns: string[] | null;
}

/** A binding that cannot be served; the message is for the client. */
export class BindingError extends Error {}

const OPERATORS = new Set(
  "eq neq lt lte gt gte in like ilike is match imatch isdistinct".split(" "),
);

/** Reads a binding; throws {@link BindingError}. */
export function readBinding(binding: ChangeBinding): Subscription {
  const { schema, table, filter, select } = binding;
  if (typeof schema !== "string" && typeof table !== "string") {
    throw new BindingError(
      "No subscription params provided. Please provide at least a `schema` or `table` to " +
        `subscribe to: ${JSON.stringify(binding)}`,
    );
  }
  if (typeof select === "string") {
    throw new BindingError(
      "Error parsing `select` params: expected a list of column name strings, e.g. " +
        'select: ["col1", "col2"]',
    );
  }
  const columns = Array.isArray(select) ? select.filter((name) => typeof name === "string") : [];
  const subscription: Subscription = {
    event: eventOf(binding.event),
    schema: typeof schema === "string" ? schema : "public",
    table: typeof table === "string" ? table : "*",
    filters: typeof filter === "string" ? readFilters(filter) : [],
    columns: columns.length > 0 ? columns : null,
  };
  if (subscription.columns && [subscription.schema, subscription.table].includes("*")) {
    throw new BindingError(
      "Column selection is not supported for wildcard subscriptions. Provide an explicit schema " +
        "and table name.",
    );
  }
  return subscription;
}

function eventOf(event: unknown): Subscription["event"] {
  const name = String(event).toUpperCase();
  return name === "INSERT" || name === "UPDATE" || name === "DELETE" ? name : "*";
}

/** Reads comparisons joined by commas, all of which must hold; throws {@link BindingError}. */
export function readFilters(text: string): Filter[] {
  return text.trim() === "" ? [] : splitOutside(text).map((part) => readFilter(part.trim()));
}

function readFilter(text: string): Filter {
  const refuse = (why: string) => new BindingError(`Error parsing \`filter\` params: ${why}`);
  if (text === "") throw refuse("filter must not contain empty segments (check for extra commas)");
  const [, column, not, op, value] = text.match(/^([^=]*)=(not\.)?([^.]*)\.(.*)$/s) ?? [];
  if (column === undefined || op === undefined || value === undefined || !OPERATORS.has(op)) {
    throw refuse(JSON.stringify(op === undefined ? [text] : [op, value]));
  }
  if (op === "in" && !/^\(.*\)$/s.test(value)) {
    throw refuse("`in` filter value must be wrapped by parentheses");
  }
  return {
    column,
    op,
    // A list is written as Postgres writes an array.
    value: op === "in" ? `{${value.slice(1, -1)}}` : unquoted(value),
    negate: not !== undefined,
  };
}

/** Splits at commas that stand neither in parentheses nor in a quoted value. */
function splitOutside(text: string): string[] {
  const parts = [""];
  let depth = 0, quoted = false, before = "";
  for (let at = 0; at < text.length; at++) {
    let char = text[at]!;
    if (quoted) {
      if (char === "\\") char += text[++at] ?? "";
      else if (char === '"') quoted = false;
    } else if (char === '"' && /[.(,]/.test(before)) quoted = true;
    else if (char === "(") depth++;
    else if (char === ")") depth = Math.max(0, depth - 1);
    else if (char === "," && depth === 0) {
      parts.push("");
      before = "";
      continue;
    }
    parts[parts.length - 1] += char;
    before = char;
  }
  return parts;
}

function unquoted(value: string): string {
  return /^"(?:[^"\\]|\\.)*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, "$1") : value;
}
