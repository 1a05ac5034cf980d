/** Jobs of sources that sign in somewhere, and what becomes of their secrets. */

import assert from "node:assert/strict";
import type { JsonObject } from "../../_shared/connectors/connector.ts";
import { open, seal } from "../../_shared/sealing.ts";
import { AGENCY, database, ENV, KEPT } from "../job-testing.ts";

const TOKEN = "sk-live/aB3+xyz==";

/** Somebody's API on loopback for the time of a test. */
async function serving(
  answer: (request: Request) => Response | Promise<Response>,
  use: (url: string) => Promise<void>,
) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  try {
    await use(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

/** A job that reads pages of two people from an API. */
async function job(url: string, config: JsonObject = {}, params: JsonObject = {}) {
  return database({ ...await settings(url, config), params });
}

async function settings(url: string, config: JsonObject = {}) {
  return {
    type: "api",
    config: {
      url: `${url}/people`,
      auth: { kind: "bearer" },
      paging: { kind: "page", sizeParameter: "size", size: 2 },
      ...config,
    },
    credentials: await seal(JSON.stringify({ token: TOKEN }), KEPT, ENV),
  };
}

/** A page of people; the third is the last. */
function page(request: Request): Response {
  const number = Number(new URL(request.url).searchParams.get("page"));
  const first = number * 2 - 1;
  return Response.json(
    number > 3 ? [] : [{ email: `p${first}@x.test` }, { email: `p${first + 1}@x.test` }],
  );
}

/** Nothing that is kept, thrown or logged may hold the token, in any spelling. */
function assertDiscreet(...said: unknown[]) {
  const text = said.map((it) =>
    it instanceof Error ? `${it.message} ${it.stack}` : JSON.stringify(it)
  )
    .join(" ");
  for (const spelling of [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN)]) {
    assert.ok(!text.includes(spelling), text);
  }
}

Deno.test("an API is read page by page with the credentials, opened for the worker alone", async () => {
  const seen = new Set<string | null>();
  await serving((request) => {
    seen.add(request.headers.get("authorization"));
    return page(request);
  }, async (url) => {
    const { state, written, run } = await job(url);
    assert.deepEqual(await run(), { done: { status: "completed" } });
    assert.deepEqual(state.rows, [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...seen], [`Bearer ${TOKEN}`]);
    assertDiscreet({ ...state, credentials: null }, written);
  });
});

Deno.test("a source that asks for patience gets it: what was read is kept, and the log says so", async () => {
  let busy = true;
  await serving((request) => {
    const isThird = new URL(request.url).searchParams.get("page") === "3";
    return busy && isThird
      ? new Response("", { status: 429, headers: { "Retry-After": "17" } })
      : page(request);
  }, async (url) => {
    const { state, run } = await job(url);
    assert.deepEqual(await run(), { snoozeSeconds: 17 });
    assert.deepEqual([state.rows, state.finished], [[1, 2, 3, 4], undefined]);
    assert.match(state.logs.at(-1)?.message ?? "", /slow down.*goes on in 17 s/);
    busy = false;
    await run();
    assert.deepEqual(state.rows, [1, 2, 3, 4, 5, 6]);
  });
});

Deno.test("a refusal ends the job, quotes no secret, and keeps what was read before", async () => {
  const echo = `no such token: ${TOKEN}, ${encodeURIComponent(TOKEN)}, ${btoa(TOKEN)}`;
  await serving((request) => {
    const isSecond = new URL(request.url).searchParams.get("page") === "2";
    return isSecond ? Response.json({ message: echo }, { status: 401 }) : page(request);
  }, async (url) => {
    const { state, written, run } = await job(url);
    assert.deepEqual(await run(), { done: { status: "failed" } });
    assert.deepEqual(state.rows, [1, 2]);
    assert.match(state.finished?.error ?? "", /refused the credentials/);
    assertDiscreet({ ...state, credentials: null }, written);
  });
});

Deno.test("a source that fails for now is left to the engine, and quotes no secret either", async () => {
  const answer = () => Response.json({ message: `oops ${TOKEN}` }, { status: 500 });
  await serving(answer, async (url) => {
    const { state, written, run } = await job(url);
    const error: unknown = await run().then(() => null, (error) => error);
    assert.ok(error instanceof Error);
    assert.match(error.message, /failed \(status 500\)/);
    assert.equal(state.finished, undefined);
    assert.deepEqual(state.logs.map(({ level }) => level), ["warning"]);
    assertDiscreet(error, { ...state, credentials: null }, written);
  });
});

Deno.test("a next page at no address ends the job, and quotes no secret", async () => {
  const Link = `<http://[x?key=${encodeURIComponent(TOKEN)}>; rel="next"`;
  await serving(
    () => Response.json([{ email: "p1@x.test" }], { headers: { Link } }),
    async (url) => {
      const { state, run } = await job(url, { paging: { kind: "link" } });
      assert.deepEqual(await run(), { done: { status: "failed" } });
      assert.match(state.finished?.error ?? "", /next page/);
      assertDiscreet({ ...state, credentials: null });
    },
  );
});

Deno.test("not even what nobody foresaw quotes a secret", async () => {
  await serving(page, async (url) => {
    const world = database({
      ...await settings(url),
      instead: { import_job_batch: () => new TypeError(`cannot read ${TOKEN}`) },
    });
    const error: unknown = await world.run().then(() => null, (error) => error);
    assert.match(String(error), /cannot read \[redacted\]/);
    assertDiscreet(error);
  });
});

Deno.test("a URL that leads inside ends the job before anything is asked", async () => {
  for (
    const url of [
      "https://169.254.169.254",
      "https://10.0.0.1",
      "https://[fd00::1]",
      "http://[::ffff:127.0.0.1]",
    ]
  ) {
    const { state, run } = await job(url);
    assert.deepEqual(await run(), { done: { status: "failed" } }, url);
    assert.match(state.finished?.error ?? "", /public address/);
  }
  let asked = 0;
  await serving(() => Response.json(++asked), async (url) => {
    const { state, run } = await job(url);
    await run({ env: { ...ENV, ALLOW_PRIVATE_URLS: "" } });
    assert.match(state.finished?.error ?? "", /public address/);
    assert.equal(asked, 0);
  });
});

Deno.test("what a run is given cannot send the credentials elsewhere", async () => {
  let asked = 0;
  await serving(() => Response.json(++asked), async (elsewhere) => {
    await serving(page, async (url) => {
      const params: JsonObject[] = [
        { url: `${elsewhere}/people` },
        { headers: { "X-Forward": "1" } },
        { auth: { kind: "query", name: "token" } },
      ];
      for (const given of params) {
        const { state, run } = await job(url, {}, given);
        await run();
        assert.match(state.finished?.error ?? "", /a job cannot set this/);
      }
      assert.equal(asked, 0);
    });
  });
});

Deno.test("a source that repeats the token where its message is cut tells no part of it", async () => {
  for (let before = 150; before < 200; before += 3) {
    const message = `${"x".repeat(before)} ${TOKEN}`;
    await serving(() => Response.json({ message }, { status: 401 }), async (url) => {
      const { state, run, written } = await job(url);
      await run();
      const said = JSON.stringify([state.finished, state.logs, written]);
      assert.ok(!said.includes(TOKEN.slice(0, 6)), said);
    });
  }
});

Deno.test("credentials that were moved from another source end the job, and are not sent", async () => {
  let asked = 0;
  await serving(() => Response.json(++asked), async (url) => {
    for (const owner of [{ ...KEPT, id: AGENCY }, { ...KEPT, agency_id: KEPT.id }]) {
      const { state, run, written } = await database({
        ...await settings(url),
        credentials: await seal(JSON.stringify({ token: TOKEN }), owner, ENV),
      });
      assert.deepEqual(await run(), { done: { status: "failed" } });
      assert.deepEqual(state.finished, {
        status: "failed",
        error: "The kept credentials cannot be opened. Enter them again.",
      });
      assertDiscreet(state.finished, state.logs, written);
    }
    assert.equal(asked, 0);
  });
});

/** A job of a source whose token ran out, and where its tokens come from. */
async function oauthJob(url: string) {
  const world = database({
    type: "zoominfo",
    config: { filters: { country: "Portugal" }, enrich: false },
    credentials: await seal(
      JSON.stringify({
        clientId: "client",
        clientSecret: "client-secret",
        refreshToken: "refresh-one",
        accessToken: "access-one",
        expiresAt: 0,
      }),
      KEPT,
      ENV,
    ),
  });
  const env = { ...ENV, ZOOMINFO_BASE_URL: url, ZOOMINFO_TOKEN_URL: `${url}/token` };
  return { ...world, env };
}

function tokenServer(request: Request): Response {
  if (!request.url.endsWith("/token")) {
    return Response.json({ data: [], meta: { totalResults: 0 } });
  }
  return Response.json({
    access_token: "access-two",
    refresh_token: "refresh-two",
    expires_in: 3600,
  });
}

Deno.test("credentials that a source renews are sealed anew and put in the place of the old ones", async () => {
  await serving(tokenServer, async (url) => {
    const { state, run, env } = await oauthJob(url);
    const before = state.credentials?.nonce;
    await run({ env });
    assert.notEqual(state.credentials?.nonce, before);
    const renewed = JSON.parse(await open(state.credentials!, KEPT, ENV));
    assert.deepEqual([renewed.accessToken, renewed.refreshToken], ["access-two", "refresh-two"]);
  });
});

Deno.test("credentials that a person has changed meanwhile stay theirs", async () => {
  await serving(tokenServer, async (url) => {
    const { state, run, env } = await oauthJob(url);
    const theirs = await seal(
      JSON.stringify({ clientId: "other", clientSecret: "other" }),
      KEPT,
      ENV,
    );
    const rpc: Parameters<typeof run>[0] = { env };
    // As if between the opening of the old ones and the refresh.
    const opened = state.credentials;
    Object.defineProperty(state, "credentials", {
      get: () => state.calls.includes("replace_data_source_credentials") ? theirs : opened,
      set: () => assert.fail("theirs were replaced"),
    });
    await run(rpc);
    const lines = state.logs.map(({ message }) => message);
    assert.ok(lines.some((line) => /changed by somebody else/.test(line)), lines.join());
  });
});
