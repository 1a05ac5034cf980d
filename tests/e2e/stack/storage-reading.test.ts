/** How files are found and read: lists, signed URLs, public buckets, parts. */
import assert from "node:assert/strict";
import { service, succeeded, writer } from "./_files.ts";
import { client, withStack } from "./stack.ts";

const stack = withStack();

Deno.test("a list holds one folder's folders and files, sorted and page by page", async () => {
  const { supabase, id } = await writer(stack());
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
  const { supabase, id } = await writer(stack());
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
  const { supabase, id } = await writer(stack());
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
  const pictures = service(stack()).storage.from("pictures");
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
  assert.equal(
    await (await fetch(`${stack().apiUrl}/storage/v1/object/pictures/logos/dot.svg`)).text(),
    "<svg/>",
  );
  const head = await fetch(publicUrl, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, "6"]);
  const named = pictures.getPublicUrl("logos/dot.svg", { download: true }).data;
  const saved = await fetch(named.publicUrl);
  await saved.body?.cancel();
  assert.equal(saved.headers.get("content-disposition"), "attachment;");
  const { supabase } = await writer(stack());
  const refused = await supabase.storage.from("pictures").upload("logos/mine.svg", "<svg/>", {
    contentType: "image/svg+xml",
  });
  assert.equal(refused.error?.message, "new row violates row-level security policy");
  const { data: { publicUrl: hidden } } = service(stack()).storage.from("notes").getPublicUrl("x");
  const closed = await fetch(hidden);
  assert.deepEqual([closed.status, (await closed.json()).error], [400, "Bucket not found"]);
});

Deno.test("a part of a file, and no bytes for who has them", async () => {
  const pictures = service(stack()).storage.from("pictures");
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
