/** Storage by unmodified supabase-js: every method, as the policies let the caller. */
import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { client, withStack } from "./stack.ts";

const stack = withStack();

/** A signed-in user, and a folder of their own. */
async function writer(): Promise<{ supabase: SupabaseClient; id: string }> {
  const supabase = client(stack());
  const { data, error } = await supabase.auth.signUp({
    email: `${crypto.randomUUID()}@example.test`,
    password: "correct horse",
  });
  assert.equal(error, null);
  assert.ok(data.user);
  return { supabase, id: data.user.id };
}

const service = () => client(stack(), stack().secretKey);

function succeeded<T>({ data, error }: { data: T; error: unknown }): NonNullable<T> {
  assert.equal(error, null);
  assert.ok(data);
  return data;
}

async function storageOf(path: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(`${stack().apiUrl}/storage/v1/${path}`, init);
}

Deno.test("what is uploaded comes back, with what was said about it", async () => {
  const { supabase, id } = await writer();
  const notes = supabase.storage.from("notes");
  const path = `${id}/2026/tour plan.txt`;
  const uploaded = succeeded(
    await notes.upload(path, "Lisbon, Porto", {
      contentType: "text/markdown",
      cacheControl: "60",
      metadata: { season: "spring" },
    }),
  );
  assert.equal(uploaded.path, path);
  assert.equal(uploaded.fullPath, `notes/${path}`);
  assert.equal(await succeeded(await notes.download(path)).text(), "Lisbon, Porto");
  const info = succeeded(await notes.info(path));
  assert.deepEqual(
    [
      info.id,
      info.name,
      info.bucketId,
      info.size,
      info.contentType,
      info.cacheControl,
      info.metadata,
    ],
    [uploaded.id, path, "notes", 13, "text/markdown", "max-age=60", { season: "spring" }],
  );
  assert.equal(info.etag, '"c59fe8c8f1f8d145c0aa0b494967e49f"', "the MD5 sum of the text");
  assert.equal(succeeded(await notes.exists(path)), true);
  assert.equal((await notes.exists(`${id}/none.txt`)).data, false);
});

Deno.test("blobs, forms, bytes and streams are taken alike", async () => {
  const { supabase, id } = await writer();
  const notes = supabase.storage.from("notes");
  const form = new FormData();
  form.append("file", new Blob(["a,b"], { type: "text/csv" }));
  const bodies = {
    blob: new Blob(["a,b"], { type: "text/csv" }),
    form,
    bytes: new TextEncoder().encode("a,b"),
    stream: new Blob(["a,b"]).stream(),
  };
  for (const [name, body] of Object.entries(bodies)) {
    const options = { contentType: "text/csv", metadata: { name } };
    succeeded(await notes.upload(`${id}/${name}`, body, options));
    const info = succeeded(await notes.info(`${id}/${name}`));
    assert.deepEqual([info.contentType, info.size, info.metadata], ["text/csv", 3, { name }], name);
    assert.equal(info.cacheControl, "max-age=3600", name);
    assert.equal(await succeeded(await notes.download(`${id}/${name}`)).text(), "a,b");
  }
});

Deno.test("a name that is taken is replaced only when that is asked for", async () => {
  const { supabase, id } = await writer();
  const notes = supabase.storage.from("notes");
  const path = `${id}/plan.txt`;
  const first = succeeded(await notes.upload(path, "one"));
  const again = await notes.upload(path, "two");
  assert.deepEqual(
    [again.error?.message, again.error && "statusCode" in again.error && again.error.statusCode],
    ["The resource already exists", "409"],
  );
  assert.equal(await succeeded(await notes.download(path)).text(), "one");
  const replaced = succeeded(await notes.upload(path, "two", { upsert: true }));
  assert.equal(replaced.id, first.id);
  assert.equal(await succeeded(await notes.download(path)).text(), "two");
  succeeded(await notes.update(path, "three"));
  assert.equal(await succeeded(await notes.download(path)).text(), "three");
});

Deno.test("who may only put in neither replaces nor reads", async () => {
  const { supabase, id } = await writer();
  const drop = supabase.storage.from("drop");
  succeeded(await drop.upload(`${id}.txt`, "a secret"));
  for (
    const { error } of [
      await drop.upload(`${id}.txt`, "another", { upsert: true }),
      await drop.upload(`${id}-new.txt`, "another", { upsert: true }),
      await drop.update(`${id}.txt`, "another"),
    ]
  ) assert.equal(error?.message, "new row violates row-level security policy");
  assert.equal((await drop.download(`${id}.txt`)).error?.message, "Object not found");
  assert.deepEqual(succeeded(await drop.list()), []);
  assert.equal(
    await succeeded(await service().storage.from("drop").download(`${id}.txt`)).text(),
    "a secret",
  );
});

Deno.test("another user's files are neither read, listed, signed, changed nor removed", async () => {
  const ada = await writer(), bob = await writer();
  const path = `${ada.id}/diary.txt`;
  succeeded(await ada.supabase.storage.from("notes").upload(path, "mine"));
  const notes = bob.supabase.storage.from("notes");
  const refused = [
    await notes.upload(path, "x"),
    await notes.upload(path, "x", { upsert: true }),
    await notes.upload(`${ada.id}/other.txt`, "x"),
    await notes.update(path, "x"),
    await notes.info(path),
    await notes.createSignedUrl(path, 60),
    await notes.createSignedUploadUrl(`${ada.id}/other.txt`),
    await notes.move(path, `${bob.id}/diary.txt`),
    await notes.copy(path, `${bob.id}/diary.txt`),
    await notes.download(path),
  ];
  for (const [index, { data, error }] of refused.entries()) {
    assert.equal(data, null, `${index}`);
    assert.ok(error, `${index}`);
  }
  assert.deepEqual(succeeded(await notes.list(ada.id)), []);
  assert.deepEqual(succeeded(await notes.listV2({ prefix: ada.id })).objects, []);
  assert.deepEqual(succeeded(await notes.remove([path])), []);
  const [signed] = succeeded(await notes.createSignedUrls([path], 60));
  assert.equal(signed?.signedUrl, null);
  assert.equal(
    signed?.error,
    "Either the object does not exist or you do not have access to it",
  );
  const mine = ada.supabase.storage.from("notes");
  assert.equal(await succeeded(await mine.download(path)).text(), "mine");
  const outward = await mine.move(path, `${bob.id}/diary.txt`);
  assert.equal(outward.error?.message, "new row violates row-level security policy");
});

Deno.test("move, copy and remove", async () => {
  const { supabase, id } = await writer();
  const notes = supabase.storage.from("notes");
  succeeded(await notes.upload(`${id}/a.txt`, "text", { metadata: { n: 1 } }));
  succeeded(await notes.move(`${id}/a.txt`, `${id}/deep/b.txt`));
  assert.equal((await notes.exists(`${id}/a.txt`)).data, false);
  assert.equal(
    succeeded(await notes.copy(`${id}/deep/b.txt`, `${id}/c.txt`)).path,
    `notes/${id}/c.txt`,
  );
  for (const path of [`${id}/deep/b.txt`, `${id}/c.txt`]) {
    assert.equal(await succeeded(await notes.download(path)).text(), "text");
    const info = succeeded(await notes.info(path));
    assert.deepEqual([info.size, info.metadata], [4, { n: 1 }]);
  }
  const taken = await notes.copy(`${id}/c.txt`, `${id}/deep/b.txt`);
  assert.equal(taken.error?.message, "The resource already exists");
  const missing = await notes.move(`${id}/none.txt`, `${id}/d.txt`);
  assert.equal(missing.error?.message, "Object not found");
  const removed = succeeded(
    await notes.remove([`${id}/c.txt`, `${id}/none.txt`, `${id}/deep/b.txt`]),
  );
  assert.deepEqual(removed.map((object) => object.name).sort(), [
    `${id}/c.txt`,
    `${id}/deep/b.txt`,
  ]);
  assert.deepEqual(succeeded(await notes.list(id)), []);
});

Deno.test("a list holds one folder's folders and files, sorted and page by page", async () => {
  const { supabase, id } = await writer();
  const notes = supabase.storage.from("notes");
  for (const name of ["b.txt", "A.txt", "sub/one.txt", "sub/two.txt", "c/d/e.txt", "bb.txt"]) {
    succeeded(await notes.upload(`${id}/${name}`, name));
  }
  const names = async (...args: Parameters<typeof notes.list>) =>
    succeeded(await notes.list(...args)).map((entry) => entry.id ? entry.name : `${entry.name}/`);
  assert.deepEqual(await names(id), ["A.txt", "b.txt", "bb.txt", "c/", "sub/"]);
  assert.deepEqual(await names(`${id}/`), ["A.txt", "b.txt", "bb.txt", "c/", "sub/"]);
  assert.deepEqual(await names(id, { sortBy: { column: "name", order: "desc" } }), [
    "sub/",
    "c/",
    "bb.txt",
    "b.txt",
    "A.txt",
  ]);
  assert.deepEqual(await names(id, { limit: 2, offset: 1 }), ["b.txt", "bb.txt"]);
  assert.deepEqual(await names(id, { search: "B" }), ["b.txt", "bb.txt"]);
  assert.deepEqual(await names(id, { sortBy: { column: "created_at", order: "desc" } }), [
    "sub/",
    "c/",
    "bb.txt",
    "A.txt",
    "b.txt",
  ]);
  assert.deepEqual(await names(`${id}/sub`), ["one.txt", "two.txt"]);
  assert.deepEqual(await names(`${id}/c`), ["d/"]);
  assert.deepEqual(await names(`${id}/su`), []);
  assert.deepEqual(await names(`${id}/%`), []);
  const [first] = succeeded(await notes.list(id));
  assert.equal(first?.metadata?.size, 5);
  assert.equal(first?.metadata?.mimetype, "text/plain;charset=UTF-8");

  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = succeeded(
      await notes.listV2({ prefix: `${id}/`, with_delimiter: true, limit: 2, cursor }),
    );
    pages.push([...page.folders, ...page.objects].map(({ name }) => name.slice(id.length + 1)));
    cursor = page.nextCursor;
    assert.equal(page.hasNext, cursor !== undefined);
  } while (cursor);
  assert.deepEqual(pages, [["A.txt", "b.txt"], ["c/", "bb.txt"], ["sub/"]]);
  const flat = async (order: "asc" | "desc") => {
    const found: string[] = [];
    for (let cursor: string | undefined, more = true; more;) {
      const page = succeeded(
        await notes.listV2({
          prefix: `${id}/`,
          limit: 4,
          cursor,
          sortBy: { column: "created_at", order },
        }),
      );
      found.push(...page.objects.map(({ name }) => name.slice(id.length + 1)));
      ({ nextCursor: cursor, hasNext: more } = page);
    }
    return found;
  };
  const made = ["b.txt", "A.txt", "sub/one.txt", "sub/two.txt", "c/d/e.txt", "bb.txt"];
  assert.deepEqual(await flat("asc"), made);
  assert.deepEqual(await flat("desc"), made.toReversed());
});

Deno.test("a signed URL opens one object without a key", async () => {
  const { supabase, id } = await writer();
  const notes = supabase.storage.from("notes");
  succeeded(await notes.upload(`${id}/a b.csv`, "a,b", { contentType: "text/csv" }));
  const { signedUrl } = succeeded(
    await notes.createSignedUrl(`${id}/a b.csv`, 60, { download: "list.csv" }),
  );
  const answer = await fetch(signedUrl);
  assert.equal(await answer.text(), "a,b");
  assert.deepEqual(
    [answer.status, answer.headers.get("content-type"), answer.headers.get("content-disposition")],
    [200, "text/csv", "attachment; filename=list.csv; filename*=UTF-8''list.csv"],
  );
  assert.ok(Date.parse(answer.headers.get("expires") ?? "") > Date.now());
  const both = succeeded(await notes.createSignedUrls([`${id}/a b.csv`, `${id}/none`], 60));
  assert.deepEqual(both.map(({ path, error }) => [path, error === null]), [
    [`${id}/a b.csv`, true],
    [`${id}/none`, false],
  ]);
  assert.equal(await (await fetch(both[0]?.signedUrl ?? "")).text(), "a,b");
  const gone = await notes.createSignedUrl(`${id}/none`, 60);
  assert.equal(gone.error?.message, "Object not found");
});

Deno.test("a signed upload takes one file, in the name of who signed it", async () => {
  const { supabase, id } = await writer();
  const notes = supabase.storage.from("notes");
  const path = `${id}/later.txt`;
  const { token } = succeeded(await notes.createSignedUploadUrl(path));
  const anyone = client(stack()).storage.from("notes");
  const sent = succeeded(await anyone.uploadToSignedUrl(path, token, "sent"));
  assert.deepEqual([sent.path, sent.fullPath], [path, `notes/${path}`]);
  assert.equal(await succeeded(await notes.download(path)).text(), "sent");
  const twice = await anyone.uploadToSignedUrl(path, token, "again");
  assert.equal(twice.error?.message, "The resource already exists");
  const elsewhere = await anyone.uploadToSignedUrl(`${id}/other.txt`, token, "x");
  assert.equal(elsewhere.error?.message, "Invalid signature");
  const taken = await notes.createSignedUploadUrl(path);
  assert.equal(taken.error?.message, "The resource already exists");
  const replacing = succeeded(await notes.createSignedUploadUrl(path, { upsert: true }));
  succeeded(await anyone.uploadToSignedUrl(path, replacing.token, new Blob(["replaced"])));
  assert.equal(await succeeded(await notes.download(path)).text(), "replaced");
});

Deno.test("public buckets are read by everyone, and written by their policies alone", async () => {
  const pictures = service().storage.from("pictures");
  succeeded(
    await pictures.upload("logos/dot.svg", "<svg/>", {
      contentType: "image/svg+xml",
      cacheControl: "31536000",
    }),
  );
  const { data: { publicUrl } } = pictures.getPublicUrl("logos/dot.svg");
  const answer = await fetch(publicUrl);
  assert.equal(await answer.text(), "<svg/>");
  assert.equal(answer.headers.get("cache-control"), "max-age=31536000");
  assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  assert.equal(await (await storageOf("object/pictures/logos/dot.svg")).text(), "<svg/>");
  const head = await fetch(publicUrl, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, "6"]);
  const named = pictures.getPublicUrl("logos/dot.svg", { download: true }).data;
  const saved = await fetch(named.publicUrl);
  await saved.body?.cancel();
  assert.equal(saved.headers.get("content-disposition"), "attachment;");
  const { supabase } = await writer();
  const refused = await supabase.storage.from("pictures").upload("logos/mine.svg", "<svg/>", {
    contentType: "image/svg+xml",
  });
  assert.equal(refused.error?.message, "new row violates row-level security policy");
  const { data: { publicUrl: hidden } } = service().storage.from("notes").getPublicUrl("x");
  const closed = await fetch(hidden);
  assert.deepEqual([closed.status, (await closed.json()).error], [400, "Bucket not found"]);
});

Deno.test("a part of a file, and no bytes for who has them", async () => {
  const pictures = service().storage.from("pictures");
  const options = { contentType: "image/x-digits" };
  succeeded(await pictures.upload("digits", "0123456789", options));
  const url = pictures.getPublicUrl("digits").data.publicUrl;
  const part = async (range: string) => {
    const answer = await fetch(url, { headers: { range } });
    return [answer.status, answer.headers.get("content-range"), await answer.text()];
  };
  assert.deepEqual(await part("bytes=2-4"), [206, "bytes 2-4/10", "234"]);
  assert.deepEqual(await part("bytes=7-"), [206, "bytes 7-9/10", "789"]);
  assert.deepEqual(await part("bytes=-3"), [206, "bytes 7-9/10", "789"]);
  assert.deepEqual(await part("bytes=8-99"), [206, "bytes 8-9/10", "89"]);
  for (
    const range of ["bytes=10-", "bytes=4-2", "bytes=-", "bytes=-0", "bytes=0-1,3-4", "lines=1-2"]
  ) {
    const answer = await fetch(url, { headers: { range } });
    assert.deepEqual([answer.status, (await answer.json()).code], [416, "InvalidRange"], range);
  }
  const whole = await fetch(url);
  const etag = whole.headers.get("etag") ?? "", since = whole.headers.get("last-modified") ?? "";
  assert.equal(await whole.text(), "0123456789");
  assert.equal(etag, '"781e5e245d69b566979b86e28d23f2c7"', "the MD5 sum of the digits");
  const status = async (headers: Record<string, string>) => {
    const answer = await fetch(url, { headers });
    await answer.body?.cancel();
    return answer.status;
  };
  assert.equal(await status({ "if-none-match": etag }), 304);
  assert.equal(await status({ "if-none-match": `"other", W/${etag}` }), 304);
  assert.equal(await status({ "if-none-match": '"other"' }), 200);
  assert.equal(await status({ "if-modified-since": since }), 304);
  assert.equal(await status({ "if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT" }), 200);
  succeeded(await pictures.update("digits", "9876543210", options));
  assert.equal(await status({ "if-none-match": etag }), 200);
});

Deno.test("buckets are the secret key's to make, change, empty and delete", async () => {
  const { storage } = service();
  succeeded(
    await storage.createBucket("albums", {
      public: false,
      fileSizeLimit: "2KB",
      allowedMimeTypes: ["text/plain"],
    }),
  );
  const bucket = succeeded(await storage.getBucket("albums"));
  assert.deepEqual(
    [bucket.id, bucket.public, bucket.file_size_limit, bucket.allowed_mime_types],
    ["albums", false, 2000, ["text/plain"]],
  );
  const twice = await storage.createBucket("albums");
  assert.equal(twice.error?.message, "The resource already exists");
  succeeded(await storage.updateBucket("albums", { public: true, fileSizeLimit: null }));
  const changed = succeeded(await storage.getBucket("albums"));
  assert.deepEqual([changed.public, changed.file_size_limit], [true, null]);
  const ids = succeeded(await storage.listBuckets({ search: "album" })).map(({ id }) => id);
  assert.deepEqual(ids, ["albums"]);
  const sorted = succeeded(
    await storage.listBuckets({ sortColumn: "name", sortOrder: "desc", limit: 2 }),
  );
  assert.deepEqual(sorted.map(({ id }) => id), ["pictures", "notes"]);

  const albums = storage.from("albums");
  succeeded(await albums.upload("a.txt", "a", { contentType: "text/plain" }));
  const full = await storage.deleteBucket("albums");
  assert.equal(full.error?.message, "The bucket you tried to delete is not empty");
  succeeded(await storage.emptyBucket("albums"));
  assert.deepEqual(succeeded(await albums.list()), []);
  succeeded(await storage.deleteBucket("albums"));
  assert.equal((await storage.getBucket("albums")).error?.message, "Bucket not found");

  const { supabase } = await writer();
  const mine = supabase.storage;
  assert.deepEqual(succeeded(await mine.listBuckets()), []);
  for (
    const [answer, message] of [
      [await mine.createBucket("mine"), "new row violates row-level security policy"],
      [await mine.getBucket("notes"), "Bucket not found"],
      [await mine.updateBucket("notes", { public: true }), "Bucket not found"],
      [await mine.emptyBucket("notes"), "Bucket not found"],
      [await mine.deleteBucket("drop"), null],
    ] as const
  ) {
    assert.ok(answer.error);
    if (message) assert.equal(answer.error.message, message);
  }
  assert.equal(succeeded(await storage.getBucket("notes")).public, false);
});
