/**
 * Reads a generated file of 200 MB in a process of its own and says how far its memory grew; see
 * memory.test.ts.
 * @module
 */

import { testWorld } from "../testing.ts";
import { CsvConfig } from "./config.ts";
import { csv } from "./csv.ts";
import { MAX_FILE_BYTES } from "./file.ts";

const LINES = 512;
const utf8 = new TextEncoder();
const header = utf8.encode("email,first name,last name,company,city,title,website\n");
const lines = utf8.encode(
  'ada@example.com,Ada,Byron,"Analytical Engines, Ltd",London,Countess,https://example.com/ada\n'
    .repeat(LINES),
);
const chunks = Math.floor((MAX_FILE_BYTES - header.length) / lines.length);
const size = header.length + chunks * lines.length;

const { context } = testWorld({
  download: () =>
    Promise.resolve({
      body: ReadableStream.from((function* () {
        yield header;
        for (let i = 0; i < chunks; i++) yield lines.slice();
      })()),
      offset: 0,
      size,
      etag: null,
    }),
});

let rows = 0;
let peak = 0;
const before = Deno.memoryUsage().rss;
const source = { config: CsvConfig.parse({ path: "f" }), credentials: null, rateLimit: null };
for await (const batch of csv.run(source, null, context)) {
  rows += batch.rows.length;
  peak = Math.max(peak, Deno.memoryUsage().rss);
}
console.log(JSON.stringify({ rows, sent: chunks * LINES, size, grown: peak - before }));
