/**
 * A sentence that says where a JSON text goes wrong. V8 names the position of most faults but not of
 * an unexpected token or end, so those are looked for here.
 */
export function jsonFault(text: string, reason: string): string {
  const known = /^(.*?) in JSON at position (\d+)|^(.*?) after JSON at position (\d+)/.exec(reason);
  const position = Number(known?.[2] ?? known?.[4] ?? unexpectedPosition(text));
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  const column = position - before.lastIndexOf("\n");
  const what = position >= text.length ? "it ends too early" : known?.[1] ?? "an unexpected token";
  return `The body is not valid JSON: ${lowerFirst(what)} at line ${line}, column ${column}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

const TOKEN = /[ \t\r\n]*(?:([[{:,])|([\]}])|("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null))/y;

/** The first place where a value is due and none stands. */
function unexpectedPosition(text: string): number {
  let previous = "";
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) return start + (/^[ \t\r\n]*/.exec(text.slice(start))?.[0].length ?? 0);
    const token = match[1] ?? match[2] ?? "value";
    const valueDue = previous === "" || "[:,".includes(previous);
    const closesEmpty = previous === "[" && token === "]";
    if (valueDue && "]},:".includes(token) && !closesEmpty) return TOKEN.lastIndex - 1;
    previous = token;
  }
  return text.length;
}
