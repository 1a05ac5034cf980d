import assert from "node:assert/strict";
import { jsonTextStream } from "./json-text.ts";

async function unwrapped(pieces: string[]): Promise<string> {
  let text = "";
  for await (const part of ReadableStream.from(pieces).pipeThrough(jsonTextStream())) text += part;
  return text;
}

Deno.test("a JSON string comes out whole wherever it is cut", async () => {
  const text = 'a,"b"\r\n\\back\\slash\\,\t\u0001 é 😀 \\u0041 end\\';
  const json = JSON.stringify(text).replace("é", "\\u00e9").replace("😀", "\\ud83d\\ude00");
  for (let cut = 1; cut < json.length; cut++) {
    assert.equal(await unwrapped([json.slice(0, cut), json.slice(cut)]), text);
  }
  assert.equal(await unwrapped([...json]), text);
  assert.equal(await unwrapped(['""']), "");
});

Deno.test("what is no JSON string, or breaks off, fails", async () => {
  for (const json of ["null", '"abc', '"abc\\', '"a"b"']) {
    await assert.rejects(() => unwrapped([json]), TypeError, json);
  }
});
