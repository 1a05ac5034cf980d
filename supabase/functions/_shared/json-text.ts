/**
 * Unwraps one JSON string that arrives in pieces: its characters go on as they come, so that a large
 * text is never held whole.
 */
export function jsonTextStream(): TransformStream<string, string> {
  // As far as a piece is complete: plain characters and whole escapes, up to the closing quote.
  const complete = /(?:[^"\\]+|\\(?:u[\dA-Fa-f]{4}|[^u]))*/y;
  let rest = "";
  let isOpen = false;
  return new TransformStream({
    transform(piece, controller) {
      rest += piece;
      if (!isOpen) {
        if (!rest.startsWith('"')) throw new TypeError("the upstream did not answer a JSON string");
        rest = rest.slice(1);
        isOpen = true;
      }
      complete.lastIndex = 0;
      const text = complete.exec(rest)?.[0] ?? "";
      rest = rest.slice(text.length);
      if (text !== "") controller.enqueue(JSON.parse(`"${text}"`));
    },
    flush() {
      if (rest.trim() !== '"') throw new TypeError("the upstream's JSON string broke off");
    },
  });
}
