/** Storage by unmodified supabase-js: objects and buckets, as the policies let the caller. */
import assert from "node:assert/strict";
import { service, succeeded, writer } from "./_files.ts";
import { withStack } from "./stack.ts";

const stack = withStack();

Deno.test("what is uploaded comes back, with what was said about it", async () => {
  const { supabase, id } = await writer(stack());
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
  const { supabase, id } = await writer(stack());
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
  const { supabase, id } = await writer(stack());
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
  const { supabase, id } = await writer(stack());
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
    await succeeded(await service(stack()).storage.from("drop").download(`${id}.txt`)).text(),
    "a secret",
  );
});

Deno.test("another user's files are neither read, listed, signed, changed nor removed", async () => {
  const ada = await writer(stack()), bob = await writer(stack());
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
  const { supabase, id } = await writer(stack());
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

Deno.test("buckets are the secret key's to make, change, empty and delete", async () => {
  const { storage } = service(stack());
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

  const { supabase } = await writer(stack());
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
