/** Finds the errors that SQL sources can raise. @module */

/** One `raise exception using …` of a source file. */
export interface RaisedError {
  file: string;
  status: number;
  /** The machine code, in snake case as SQL says it. */
  code: string;
  /** The sentence for a person; `…` stands for what is filled in. */
  detail: string;
  /** What to do about it, where the source says so. */
  hint: string;
}

/** Text as it stands in an SQL literal, `format()` placeholders as an ellipsis. */
function literal(statement: string, option: string): string {
  const value = statement.match(
    new RegExp(`\\b${option}\\s*=\\s*(?:pg_catalog\\.)?(?:format\\(\\s*)?'((?:[^']|'')*)'`),
  );
  return (value?.[1] ?? "").replaceAll("''", "'").replaceAll(/%\d*\$?[sIL]/g, "…").trim();
}

/**
 * The errors of one source. A `raise exception` that is not of the house form, with a literal
 * status and code and a sentence, is refused: a code nobody can list is a code nobody can handle.
 */
export function raisedErrors(file: string, text: string): RaisedError[] {
  const source = text.replaceAll(/--.*$/gm, "");
  const found: RaisedError[] = [];
  // Literals may hold semicolons, so a statement ends at the first one outside of them.
  for (const [statement] of source.matchAll(/\braise\s+exception\b(?:'(?:[^']|'')*'|[^';])*;/gi)) {
    const status = literal(statement, "errcode").match(/^PT([45]\d\d)$/)?.[1];
    const code = literal(statement, "message");
    // A sentence that is put together at run time cannot be listed.
    const detail = literal(statement, "detail") || (/\bdetail\s*=/.test(statement) ? "…" : "");
    if (!status || !/^[a-z][a-z0-9_]*$/.test(code) || !detail) {
      throw new Error(`${file}: not of the form errcode, message, detail:\n${statement}`);
    }
    found.push({ file, status: Number(status), code, detail, hint: literal(statement, "hint") });
  }
  return found;
}

/** The names of the check constraints of one source. */
export function checkConstraints(text: string): string[] {
  return [...text.matchAll(/\bconstraint\s+(\w+)\s+check\b/gi)].map(([, name]) => name ?? "");
}
