/** The edge runtime: routing, environment, streaming, token check, failures and reload. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { signToken } from "../../../local/keys.ts";
import { FIXTURE, withStack } from "./stack.ts";

/** A copy of the fixture, because these tests change the functions' sources. */
let supabase = "";

const stack = withStack(async (dir) => {
  supabase = join(dir, "supabase");
  await copy(FIXTURE, supabase);
  await Deno.writeTextFile(join(supabase, "functions/.env"), "FROM_FILE=a secret\n");
  return { supabase, env: { BACKLINE_STACK_TEST: "must not arrive" } };
});

async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    await (entry.isDirectory ? copy(source, target) : Deno.copyFile(source, target));
  }
}

const call = (path: string, init?: RequestInit) =>
  fetch(`${stack().apiUrl}/functions/v1/${path}`, init);

/** Writes a function and waits until the runtime says that it has reloaded. */
async function write(name: string, source: string): Promise<void> {
  const before = stack().output().length;
  const folder = join(supabase, "functions", name);
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "index.ts"), source);
  await stack().printed(new RegExp(`^[\\s\\S]{${before},}Functions reloaded`));
}

Deno.test("a function gets the request and hosted's environment, and nothing else", async () => {
  const answer = await call("echo/some/path?x=1", {
    method: "POST",
    body: "text",
    headers: { authorization: "Bearer anything" },
  });
  assert.deepEqual(await answer.json(), {
    method: "POST",
    path: "/echo/some/path",
    search: "?x=1",
    body: "text",
    authorization: "Bearer anything",
    env: [
      "SUPABASE_ANON_KEY",
      "SUPABASE_DB_URL",
      "SUPABASE_JWKS",
      "SUPABASE_PUBLISHABLE_KEYS",
      "SUPABASE_SECRET_KEYS",
      "SUPABASE_SERVICE_ROLE_KEY",
      "SUPABASE_URL",
    ],
    inherited: null,
    fromFile: "a secret",
  });
});

Deno.test("unknown names are 404 and the default export serves too", async () => {
  const unknown = await call("nowhere");
  assert.equal(unknown.status, 404);
  assert.equal((await unknown.json()).code, "NOT_FOUND");
  assert.equal(await (await call("module")).text(), "module");
  assert.equal(
    await (await call("module/finished")).json(),
    1,
    "the work after the answer was done",
  );
});

Deno.test("bodies stream both ways", async () => {
  const upstream = new TransformStream<Uint8Array, Uint8Array>();
  const writer = upstream.writable.getWriter();
  const answer = await Promise.all([
    call("stream", { method: "POST", body: upstream.readable }),
    writer.write(new TextEncoder().encode("first ")),
  ]).then(([response]) => response);
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await reader?.read())?.value, "FIRST ");
  // The answer's first part is here before the request's second part is sent.
  await writer.write(new TextEncoder().encode("second"));
  assert.equal((await reader?.read())?.value, "SECOND");
  await writer.close();
  assert.equal((await reader?.read())?.done, true);
});

Deno.test("verify_jwt lets only valid tokens in", async () => {
  const { jwtSecret } = JSON.parse(await Deno.readTextFile(stack().keysFile));
  const token = await signToken(jwtSecret, { role: "authenticated" }, 60);
  const forged = await signToken("a secret that the stack does not know", {}, 60);
  const status = async (authorization?: string) => {
    const headers = new Headers(authorization ? { authorization } : {});
    const answer = await call("guarded", { headers });
    await answer.body?.cancel();
    return answer.status;
  };
  assert.equal(await status(), 401);
  assert.equal(await status(`Bearer ${forged}`), 401);
  assert.equal(await status(`Bearer ${stack().publishableKey}`), 401);
  assert.equal(await status(`Bearer ${token}`), 200);
});

Deno.test("a function that fails, ends or forgets to catch takes nothing else down", async () => {
  for (const way of ["throw", "exit"]) {
    const failed = await call(`broken/${way}`);
    assert.equal(failed.status, 500, way);
    assert.equal((await failed.json()).code, "WORKER_ERROR", way);
  }
  assert.equal(await (await call("broken/later")).text(), "answered");
  await stack().printed(/Nobody caught: Error: rejected on purpose/);
  assert.equal((await call("module")).status, 200);
});

Deno.test("a changed function is served, and no request is lost meanwhile", async () => {
  const source = (version: string) => `Deno.serve(() => new Response("${version}"));`;
  await write("versioned", source("one"));
  assert.equal(await (await call("versioned")).text(), "one");
  let done = false;
  const seen = new Set<string>();
  const traffic = (async () => {
    while (!done) {
      const answer = await call("versioned");
      assert.equal(answer.status, 200);
      seen.add(await answer.text());
    }
  })();
  await write("versioned", source("two"));
  assert.equal(await (await call("versioned")).text(), "two");
  done = true;
  await traffic;
  assert.deepEqual([...seen].sort(), ["one", "two"]);
});

Deno.test("a function that does not compile is told apart and heals when it is mended", async () => {
  await write("typo", "Deno.serve((=> new Response('x'));");
  const failed = await call("typo");
  assert.equal(failed.status, 503);
  assert.equal((await failed.json()).code, "BOOT_ERROR");
  assert.equal((await call("module")).status, 200);
  await write("typo", "Deno.serve(() => new Response('mended'));");
  assert.equal(await (await call("typo")).text(), "mended");
});
