import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { globSync } from "node:fs";
import { StorageError } from "./errors.ts";
import { type Files, openFiles } from "./files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function* parts(...texts: string[]) {
  for (const text of texts) yield await Promise.resolve(bytes(text));
}

async function withFiles(test: (files: Files, left: () => string[]) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "backline-files-" });
  try {
    const left = () =>
      globSync("**", { cwd: folder, withFileTypes: true }).filter((it) => it.isFile())
        .map((it) => it.name);
    await test(openFiles(`${folder}/storage`), left);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const read = async (stream: ReadableStream<Uint8Array> | null) =>
  stream && await new Response(stream).text();

Deno.test("received bytes become the file of a version", async () => {
  await withFiles(async (files, left) => {
    const version = crypto.randomUUID();
    const file = await files.receive(parts("ab", "", "cde"), 5);
    // The MD5 sum of abcde.
    deepStrictEqual([file.size, file.eTag], [5, '"ab56b4d92b40713acc5af89985d4b786"']);
    strictEqual(await read(await files.open(version)), null);
    await files.keep(file, version);
    strictEqual(await read(await files.open(version)), "abcde");
    strictEqual(await read(await files.open(version, { start: 1, end: 3 })), "bcd");
    deepStrictEqual(left(), [version]);
    await files.remove([null, crypto.randomUUID(), version]);
    deepStrictEqual(left(), []);
  });
});

Deno.test("bytes beyond the limit, and bytes that break off, leave nothing", async () => {
  await withFiles(async (files, left) => {
    await rejects(files.receive(parts("abc", "def"), 5), { code: "EntityTooLarge" });
    async function* broken() {
      yield* parts("abc");
      ok(left().length === 1, "it is being received");
      throw new Error("gone");
    }
    await rejects(files.receive(broken(), 5), { message: "gone" });
    deepStrictEqual(left(), []);
  });
});

Deno.test("a version that is no uuid of ours opens nothing", async () => {
  await withFiles(async (files) => {
    for (const version of ["../keys.json", "1", "", "/etc/passwd", `${crypto.randomUUID()}/..`]) {
      await rejects(files.open(version), StorageError, version);
      await files.remove([version]);
    }
  });
});

Deno.test("sweeping keeps what is known", async () => {
  await withFiles(async (files, left) => {
    await files.sweep(new Set());
    const [kept, lost] = [crypto.randomUUID(), crypto.randomUUID()];
    for (const version of [kept, lost]) {
      await files.keep(await files.receive(parts("x"), 1), version);
    }
    await files.receive(parts("x"), 1);
    await files.sweep(new Set([kept]));
    deepStrictEqual(left(), [kept]);
  });
});
