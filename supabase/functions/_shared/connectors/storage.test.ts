import assert from "node:assert/strict";
import { SourceError } from "./errors.ts";
import { importsBucket } from "./storage.ts";

const agencyId = "0199a3c4-d5e6-7890-8abc-def012345678";

/** Opens a file where the storage answers so; what was asked, and what came of it. */
async function open(path: string, from: number, answer: () => Response | Promise<Response>) {
  const asked: [url: string, range: string | null][] = [];
  const download = importsBucket({
    supabaseUrl: "http://127.0.0.1:54321",
    headers: { apikey: "secret" },
    agencyId,
    signal: new AbortController().signal,
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers);
      assert.equal(headers.get("apikey"), "secret");
      assert.equal(headers.get("accept-encoding"), "identity");
      asked.push([String(url), headers.get("range")]);
      return await answer();
    },
  });
  try {
    const { body, ...rest } = await download(path, from);
    return { asked, rest, text: await new Response(body).text() };
  } catch (error) {
    assert.ok(error instanceof SourceError);
    return { asked, code: error.code };
  }
}

Deno.test("a file is opened whole or from a byte on, with its whole length", async () => {
  const path = `${agencyId}/a b/ü#.csv`;
  const url = "http://127.0.0.1:54321/storage/v1/object/authenticated/imports/" +
    `${agencyId}/a%20b/%C3%BC%23.csv`;
  const whole = await open(
    path,
    0,
    () => new Response("abcdef", { headers: { "Content-Length": "6", ETag: '"1"' } }),
  );
  assert.deepEqual(whole, {
    asked: [[url, null]],
    rest: { offset: 0, size: 6, etag: '"1"' },
    text: "abcdef",
  });
  const part = await open(path, 4, () =>
    new Response("def", {
      status: 206,
      headers: { "Content-Length": "3", "Content-Range": "bytes 3-5/6", ETag: '"1"' },
    }));
  assert.deepEqual(part, {
    asked: [[url, "bytes=3-"]],
    rest: { offset: 3, size: 6, etag: '"1"' },
    text: "def",
  });
});

Deno.test("a storage that knows no ranges, or packs its answers, is believed in what it says", async () => {
  const path = `${agencyId}/a.csv`;
  const whole = await open(
    path,
    4,
    () => new Response("abcdef", { headers: { "Content-Length": "6" } }),
  );
  assert.deepEqual(whole.rest, { offset: 0, size: 6, etag: null });
  const packed = await open(
    path,
    0,
    () =>
      new Response("abcdef", { headers: { "Content-Length": "4", "Content-Encoding": "gzip" } }),
  );
  assert.deepEqual(packed.rest, { offset: 0, size: null, etag: null });
});

Deno.test("behind the last byte the last one is asked for, which every storage has", async () => {
  const end = await open(
    `${agencyId}/a.csv`,
    6,
    () => new Response("f", { status: 206, headers: { "Content-Range": "bytes 5-5/6" } }),
  );
  assert.equal(end.asked[0]?.[1], "bytes=5-");
  assert.deepEqual([end.rest, end.text], [{ offset: 5, size: 6, etag: null }, "f"]);
});

Deno.test("another agency's files, and ways out of one's own, are as if they were not there", async () => {
  const other = "0199a3c4-d5e6-7890-8abc-def012345679";
  const paths = [
    `${other}/a.csv`,
    `${agencyId}/../${other}/a.csv`,
    `${agencyId}/./a.csv`,
    `${agencyId}//a.csv`,
    `/${agencyId}/a.csv`,
    `${agencyId}/`,
    agencyId,
    "a.csv",
    "",
  ];
  for (const path of paths) {
    const { asked, code } = await open(path, 0, () => new Response("secret"));
    assert.deepEqual([asked, code], [[], "not_found"], path);
  }
  // Encoded, it is a name like any other.
  const { asked } = await open(`${agencyId}/%2e%2e%2fa.csv`, 0, () => new Response("x"));
  assert.match(asked[0]?.[0] ?? "", /\/%252e%252e%252fa\.csv$/);
});

Deno.test("failures have their codes", async () => {
  const code = async (answer: () => Response | Promise<Response>) =>
    (await open(`${agencyId}/a.csv`, 0, answer)).code;
  assert.equal(
    await code(() => Response.json({ error: "not_found" }, { status: 400 })),
    "not_found",
  );
  assert.equal(await code(() => new Response(null, { status: 404 })), "not_found");
  assert.equal(await code(() => new Response("oops", { status: 500 })), "unavailable");
  assert.equal(await code(() => Promise.reject(new TypeError("refused"))), "unavailable");
});
