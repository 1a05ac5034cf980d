/** What Storage refuses, and that nothing of it is left on the disk. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { signToken } from "../../../local/keys.ts";
import { service } from "./_files.ts";
import { client, FIXTURE, runCli, startFixture, tempDir, withStack } from "./stack.ts";

const stack = withStack();

const drop = () => service(stack()).storage.from("drop");

/** The files below a folder, however deep. */
async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await filesIn(path));
    else found.push(path);
  }
  return found.sort();
}

async function stored(): Promise<string[]> {
  const folder = join(dirname(stack().keysFile), "storage");
  await Deno.mkdir(folder, { recursive: true });
  return await filesIn(folder);
}

function asService(path: string, init: RequestInit = {}): Promise<Response> {
  const { apiUrl, secretKey } = stack();
  return fetch(`${apiUrl}/storage/v1/${path}`, {
    ...init,
    headers: { apikey: secretKey, ...init.headers },
  });
}

async function failure(answer: Response): Promise<[number, string, string]> {
  const body = await answer.json();
  assert.deepEqual(Object.keys(body).sort(), ["code", "error", "message", "statusCode"]);
  assert.equal(typeof body.statusCode, "string");
  return [answer.status, body.statusCode, body.code];
}

const token = async (claims: Record<string, unknown>, seconds = 60) => {
  const { jwtSecret } = JSON.parse(await Deno.readTextFile(stack().keysFile));
  return await signToken(jwtSecret, claims, seconds);
};

const ODD_NAMES = [
  "../escape.txt",
  "a/../../escape.txt",
  "a/./b.txt",
  "a//b.txt",
  "a/..\\b.txt",
  "C:\\b.txt",
  "nul\0byte.txt",
  "line\nbreak.txt",
  "tab\t.txt",
  "per%cent.txt",
  "umläut.txt",
  "emoji-🎈.txt",
  "<angle>.txt",
  "pipe|.txt",
  "tilde~.txt",
  "caret^.txt",
  "hash#.txt",
  "[brackets].txt",
  `${"long/".repeat(300)}x.txt`,
];

Deno.test("names that are paths elsewhere, or that no store takes, are refused", async () => {
  const before = await stored();
  for (const name of ODD_NAMES) {
    const encoded = encodeURIComponent(name);
    for (
      const [path, init] of [
        [`object/drop/${encoded}`, { method: "POST", body: "x" }],
        [`object/drop/${encoded}`, { method: "PUT", body: "x" }],
        [`object/upload/sign/drop/${encoded}`, { method: "POST", body: "{}" }],
        [`object/drop/${encoded}`, {}],
        [`object/info/drop/${encoded}`, {}],
      ] as const
    ) {
      assert.deepEqual(
        await failure(await asService(path, init)),
        [400, "400", "InvalidKey"],
        `${path} ${JSON.stringify(init)}`,
      );
    }
  }
  assert.equal((await drop().upload("real.txt", "x")).error, null);
  for (const name of [...ODD_NAMES, "..", ".", "/", ""]) {
    assert.equal((await drop().copy("real.txt", name)).error?.message, `Invalid key: ${name}`);
    assert.equal((await drop().move("real.txt", name)).error?.message, `Invalid key: ${name}`);
  }
  const storable = ODD_NAMES.filter((name) => !name.includes("\0"));
  assert.deepEqual((await drop().remove(storable)).data, []);
  assert.equal((await drop().remove(["real.txt"])).data?.length, 1);
  assert.deepEqual(await stored(), before);
});

Deno.test("a path that no client would send reaches no file", async () => {
  const { port } = new URL(stack().apiUrl);
  for (
    const path of [
      "/storage/v1/object/drop/../../../../etc/passwd",
      "/storage/v1/object/drop/..%2f..%2fkeys.json",
      "/storage/v1/object/drop/%2e%2e/%2e%2e/keys.json",
      "/storage/v1/object/drop/%252e%252e%252fkeys.json",
      "/storage/v1/object/..%2fstorage/keys.json",
      "/storage/v1/object/drop/%",
      "/storage/v1/object/drop/%c0%ae%c0%ae/keys.json",
      "/storage/v1/object/public/drop/..%2f..%2fkeys.json",
    ]
  ) {
    const socket = connect(Number(port), "127.0.0.1");
    const { secretKey } = stack();
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\napikey: ${secretKey}\r\nConnection: close\r\n\r\n`,
    );
    const answer = await text(socket);
    assert.match(answer, /^HTTP\/1\.1 40[04] /, path);
    assert.doesNotMatch(answer, /jwtSecret|root:/, path);
  }
});

Deno.test("odd buckets are refused", async () => {
  const { storage } = service(stack());
  for (const name of ["", " padded", "a/b", "..%2f", "ü", "x".repeat(101), "a\\b"]) {
    const { error } = await storage.createBucket(name);
    assert.equal(error?.message, "Bucket name invalid", JSON.stringify(name));
  }
  for (const allowedMimeTypes of [["csv"], ["text/"], ["te xt/csv"]]) {
    const { error } = await storage.createBucket("odd", { public: false, allowedMimeTypes });
    assert.match(error?.message ?? "", /is not supported$/);
  }
  for (const fileSizeLimit of ["20 apples", "1PB", -1]) {
    const { error } = await storage.createBucket("odd", { public: false, fileSizeLimit });
    assert.match(error?.message ?? "", /^Invalid file size format/);
  }
  const huge = await storage.createBucket("odd", { public: false, fileSizeLimit: "1GB" });
  assert.equal(huge.error?.message, "The object exceeded the maximum allowed size");
  assert.equal(
    (await storage.from("none").upload("a.txt", "x")).error?.message,
    "Bucket not found",
  );
});

/** More than the 5,000,000 bytes that `notes` takes, and than any buffer between. */
const TOO_MUCH = 12_000_000;

/** Bytes that say no length before they end. */
function endless(size: number): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024).fill(120);
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk);
      sent += chunk.length;
      if (sent >= size) controller.close();
    },
  });
}

Deno.test("too many bytes are refused as they come, and none of them stays", async () => {
  const before = await stored();
  const notes = service(stack()).storage.from("notes");
  const bytes = new Uint8Array(TOO_MUCH);
  for (const body of [bytes, new Blob([bytes]), endless(TOO_MUCH)]) {
    const { error } = await notes.upload("big.bin", body);
    assert.equal(error?.message, "The object exceeded the maximum allowed size");
    assert.equal(error && "statusCode" in error && error.statusCode, "413");
  }
  assert.equal((await notes.exists("big.bin")).data, false);
  const small = await notes.upload("big.bin", new Uint8Array(5_000_000));
  assert.equal(small.error, null, "the last byte that fits");
  const kept = await notes.update("big.bin", endless(TOO_MUCH));
  assert.equal(kept.error?.message, "The object exceeded the maximum allowed size");
  assert.equal((await notes.info("big.bin")).data?.size, 5_000_000, "what was there stays");
  // The project's own limit, where the bucket has none: 10 MiB in the fixture's config.toml.
  const beyond = { method: "POST", body: endless(TOO_MUCH) };
  assert.deepEqual(await failure(await asService("object/drop/big.bin", beyond)), [
    400,
    "413",
    "EntityTooLarge",
  ]);
  assert.equal((await stored()).length, before.length + 1);
  await notes.remove(["big.bin"]);
  assert.deepEqual(await stored(), before);
});

Deno.test("an upload that breaks off makes no object", async () => {
  const { port } = new URL(stack().apiUrl);
  const form = "multipart/form-data; boundary=b";
  for (
    const [type, body] of [
      ["text/plain", "only a part"],
      [form, '--b\r\nContent-Disposition: form-data; name=""; filename="a"\r\n\r\nonly a part'],
    ]
  ) {
    const socket = connect(Number(port), "127.0.0.1");
    const head = `POST /storage/v1/object/drop/broken.txt HTTP/1.1\r\nHost: x\r\n` +
      `apikey: ${stack().secretKey}\r\nContent-Type: ${type}\r\nContent-Length: 1000000\r\n\r\n`;
    await new Promise<void>((resolve) => socket.write(head + body, () => resolve()));
    socket.destroy();
  }
  for (
    const body of [
      "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nno file\r\n--b--\r\n",
      '--b\r\nContent-Disposition: form-data; name=""; filename="a"\r\n\r\nno end',
      "no form",
      "",
    ]
  ) {
    const init = { method: "POST", headers: { "content-type": form }, body };
    assert.deepEqual(await failure(await asService("object/drop/broken.txt", init)), [
      400,
      "400",
      "InvalidRequest",
    ], body);
  }
  assert.equal((await drop().exists("broken.txt")).data, false);
});

Deno.test("a signed URL ends, and is good for nothing but its object and act", async () => {
  assert.equal((await drop().upload("signed.txt", "text")).error, null);
  const read = async (query: string, path = "drop/signed.txt") =>
    await fetch(`${stack().apiUrl}/storage/v1/object/sign/${path}${query}`);
  const download = { url: "drop/signed.txt", scope: "download" };
  const good = await read(`?token=${await token(download)}`);
  assert.deepEqual([good.status, await good.text()], [200, "text"]);

  const foreign = await signToken("another secret, just as long as ours is", download, 60);
  const cases: [string, string, string][] = [
    [`?token=${await token(download, -1)}`, "drop/signed.txt", "InvalidJWT"],
    [`?token=${foreign}`, "drop/signed.txt", "InvalidJWT"],
    ["?token=nonsense", "drop/signed.txt", "InvalidJWT"],
    ["?token=", "drop/signed.txt", "InvalidRequest"],
    ["", "drop/signed.txt", "InvalidRequest"],
    [`?token=${await token(download)}`, "drop/other.txt", "InvalidSignature"],
    [`?token=${await token(download)}`, "notes/signed.txt", "InvalidSignature"],
    [
      `?token=${await token({ ...download, scope: "upload" })}`,
      "drop/signed.txt",
      "InvalidSignature",
    ],
    [`?token=${await token({ role: "service_role" })}`, "drop/signed.txt", "InvalidSignature"],
    [`?token=${await token({ url: "drop/none", scope: "download" })}`, "drop/none", "NoSuchKey"],
  ];
  for (const [query, path, code] of cases) {
    assert.equal((await failure(await read(query, path)))[2], code, `${path}${query}`);
  }
  const put = async (claims: Record<string, unknown>, seconds = 60) => {
    const sent = await token(claims, seconds);
    const answer = await drop().uploadToSignedUrl("signed.txt", sent, "changed");
    return answer.error && "code" in answer.error && answer.error.code;
  };
  const upload = { url: "drop/signed.txt", scope: "upload", upsert: true };
  assert.equal(await put(upload, -1), "InvalidJWT");
  assert.equal(await put(download), "InvalidSignature");
  assert.equal(await put({ ...upload, url: "drop/other.txt" }), "InvalidSignature");
  assert.equal(await put({ ...upload, upsert: false }), "KeyAlreadyExists");
  assert.equal(await (await drop().download("signed.txt")).data?.text(), "text");
  assert.equal(await put(upload), null);
  assert.equal(await (await drop().download("signed.txt")).data?.text(), "changed");
  for (const expiresIn of [0, -1, 1.5, Number.NaN]) {
    assert.match(
      (await drop().createSignedUrl("signed.txt", expiresIn)).error?.message ?? "",
      /expiresIn/,
    );
  }
});

Deno.test("who is nobody is told so", async () => {
  const { apiUrl, publishableKey } = stack();
  const ask = async (headers: Record<string, string>, path = "bucket") =>
    await failure(await fetch(`${apiUrl}/storage/v1/${path}`, { headers }));
  assert.deepEqual(await ask({}), [400, "403", "AccessDenied"]);
  assert.deepEqual(await ask({ apikey: "sb_publishable_wrong" }), [400, "403", "AccessDenied"]);
  const bearer = async (claims: Record<string, unknown>, seconds?: number) => ({
    apikey: publishableKey,
    authorization: `Bearer ${await token(claims, seconds)}`,
  });
  assert.deepEqual(await ask(await bearer({ role: "authenticated" }, -60)), [
    400,
    "403",
    "AccessDenied",
  ]);
  for (const role of ["postgres", "supabase_admin", "no_such_role"]) {
    assert.deepEqual(await ask(await bearer({ role })), [400, "403", "AccessDenied"], role);
  }
  assert.deepEqual(await ask({}, "object/drop/x.txt"), [400, "404", "NoSuchBucket"]);
  const unknown = await fetch(`${apiUrl}/storage/v1/upload/resumable`, { method: "POST" });
  assert.deepEqual([unknown.status, (await unknown.json()).error], [404, "Not Found"]);
});

Deno.test("bodies that are no request are refused", async () => {
  for (
    const [path, body] of [
      ["object/list/drop", "{"],
      ["object/list/drop", "[]"],
      ["object/list/drop", '{"prefix": 1}'],
      ["object/list/drop", '{"prefix": "", "limit": -1}'],
      ["object/list/drop", '{"prefix": "", "sortBy": {"column": "owner"}}'],
      ["object/list/drop", '{"prefix": "", "sortBy": {"column": "name", "order": "; drop table"}}'],
      ["object/list-v2/drop", '{"cursor": "nonsense"}'],
      ["object/sign/drop", '{"expiresIn": 1, "paths": []}'],
      ["object/copy", '{"bucketId": "drop"}'],
      ["bucket", "{}"],
      ["bucket", '{"name": "x", "public": "yes"}'],
    ] as const
  ) {
    const init = { method: "POST", body };
    const [status, , code] = await failure(await asService(path, init));
    assert.deepEqual([status, code], [400, "InvalidRequest"], `${path} ${body}`);
  }
});

Deno.test("sixteen writers of one name leave one object and one file", async () => {
  const before = await stored();
  const writers = Array.from({ length: 16 }, (_, n) => `writer ${n}`);
  const firsts = await Promise.all(writers.map((text) => drop().upload("race.txt", text)));
  assert.equal(firsts.filter(({ error }) => error === null).length, 1);
  const all = await Promise.all(
    writers.map((text) => drop().upload("race.txt", text, { upsert: true })),
  );
  assert.deepEqual(all.map(({ error }) => error), writers.map(() => null));
  const last = await (await drop().download("race.txt")).data?.text();
  assert.ok(writers.includes(last ?? ""), last);
  assert.equal((await stored()).length, before.length + 1);
  await drop().remove(["race.txt"]);
  assert.deepEqual(await stored(), before);
});

Deno.test("files outlive a restart, leftovers do not, and a reset takes all", async () => {
  await using temp = await tempDir();
  const folder = join(temp.path, "storage");
  {
    await using first = await startFixture(temp.path);
    const files = client(first, first.secretKey).storage.from("drop");
    assert.equal((await files.upload("kept.txt", "kept")).error, null);
    await first.stop();
  }
  const orphan = crypto.randomUUID();
  await Deno.mkdir(join(folder, "receiving"), { recursive: true });
  await Deno.mkdir(join(folder, orphan.slice(0, 2)), { recursive: true });
  await Deno.writeTextFile(join(folder, "receiving", "half"), "half");
  await Deno.writeTextFile(join(folder, orphan.slice(0, 2), orphan), "nobody's");
  await using second = await startFixture(temp.path);
  const files = client(second, second.secretKey).storage.from("drop");
  assert.equal(await (await files.download("kept.txt")).data?.text(), "kept");
  assert.equal((await filesIn(folder)).length, 1);
  const reset = await runCli("reset", "--data", temp.path, "--supabase", FIXTURE);
  assert.equal(reset.code, 0, reset.text);
  assert.equal((await files.download("kept.txt")).error?.message, "Object not found");
  assert.equal((await files.upload("new.txt", "new")).error, null);
  assert.equal((await filesIn(folder)).length, 1);
});
