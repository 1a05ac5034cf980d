import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { call, stack } from "../e2e/_support.ts";
import { HOST, raw, type RawAnswer } from "./_raw.ts";
import { buildWorld, fingerprint, newMark, rest } from "./_world.ts";

const world = await buildWorld(newMark());
const { owner } = world.members;
const { campaign_id, agency_id } = world.ids;
const auth = `Authorization: Bearer ${owner.token}\r\napikey: ${stack.publishableKey}\r\n`;
const close = "Connection: close\r\n";
const json = "Content-Type: application/json\r\n";

/** The envelope where a function answered; anything but a failure of the server where none did. */
function assertSound(answer: RawAnswer, about: string, statuses?: number[]) {
  // A request that is no HTTP may end without an answer.
  if (answer === null) return;
  const said = `${about}: ${answer.status} ${answer.text.slice(0, 300)}`;
  ok(answer.status < 500, said);
  if (statuses) ok(statuses.includes(answer.status), said);
  if (!answer.headers.get("content-type")?.startsWith("application/json")) return;
  const body = JSON.parse(answer.text);
  if (!answer.headers.has("x-request-id")) return;
  strictEqual(body.success, answer.status < 300, said);
  if (answer.status >= 300) strictEqual(body.requestId, answer.headers.get("x-request-id"), said);
}

const long = "a".repeat(20_000);
const segments: Record<string, string> = {
  "an escaped NUL": "%00",
  "a NUL amid": "abc%00def",
  "an id and a NUL": `${campaign_id}%00`,
  "a raw NUL": "a\0b",
  "overlong UTF-8": "%c0%ae%c0%ae",
  "bytes that are no UTF-8": "%ff%fe",
  "raw bytes that are no UTF-8": "\xff\xfe",
  "half an escape": "%",
  "a wrong escape": "%zz",
  "dots": "..",
  "escaped dots": "%2e%2e",
  "dots and an escaped slash": "..%2f..%2fadmin",
  "twice escaped dots": "%252e%252e%252f",
  "an escaped slash": `${campaign_id}%2fstatus`,
  "a backslash": "..\\..\\x",
  "an escaped backslash": "..%5c..%5cx",
  "a semicolon": `${campaign_id};v=1`,
  "line ends": "%0d%0aSet-Cookie:%20a=b",
  "a question mark": "%3fid=1",
  "a hash": "%23",
  "a long one": long,
  "a very long one": "%61".repeat(10_000),
  "__proto__": "__proto__",
  "constructor": "constructor",
  "spaces": "%20%20",
  "full-width dots": "%ef%bc%8e%ef%bc%8e",
  "a text that turns": "%e2%80%ae",
  "SQL": "1'%20or%20'1'='1",
  "an id in capitals and braces": `%7b${campaign_id}%7d`,
};

Deno.test("no path breaks anything", async (t) => {
  const before = await fingerprint(agency_id);
  const paths = [
    "/functions/v1/campaigns/%",
    "/functions/v1/campaigns/%/analytics",
    "/functions/v1/agencies/%/members",
    "/functions/v1/agencies/invitations/%",
    "/functions/v1/%",
    "/functions/v1/leads/%/..",
    "/functions/v1/leads?search=%",
    "/functions/v1/leads?cursor=%",
    "/functions/v1/leads?%=1",
    "/rest/v1/%",
    "/rest/v1/leads?id=eq.%",
    "/rest/v1/leads?%=eq.1",
    "/rest/v1/leads?select=%",
    "/rest/v1/leads?order=%",
    "/rest/v1/leads?or=(%)",
    "/rest/v1/leads?limit=%&offset=%",
    "/rest/v1/rpc/%",
    "/auth/v1/%",
    "/%",
  ];
  for (const [what, segment] of Object.entries(segments)) {
    await t.step(what, async () => {
      for (const path of paths) {
        const target = path.replaceAll("%", () => segment);
        const answer = await raw(`GET ${target} HTTP/1.1\r\n${HOST}${auth}${close}\r\n`);
        assertSound(answer, `${what} in ${path}`);
        ok(!answer?.headers.has("set-cookie"), path);
      }
      // An id with something about it is no id; nothing is done to the campaign it begins with.
      const target = `/functions/v1/campaigns/${segment}`;
      assertSound(await raw(`DELETE ${target} HTTP/1.1\r\n${HOST}${auth}${close}\r\n`), what);
    });
  }
  deepStrictEqual(await fingerprint(agency_id), before);
});

Deno.test("no request line breaks anything", async () => {
  const lines = [
    "GET http://elsewhere.example/functions/v1/leads HTTP/1.1",
    "GET //functions/v1/leads HTTP/1.1",
    "GET /functions/v1//leads HTTP/1.1",
    "GET /functions/v1/./leads HTTP/1.1",
    "GET /functions/v1/health/../leads HTTP/1.1",
    "GET * HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "CONNECT elsewhere.example:80 HTTP/1.1",
    "TRACE /functions/v1/leads HTTP/1.1",
    "BREW /functions/v1/leads HTTP/1.1",
    "get /functions/v1/leads HTTP/1.1",
    "GET /functions/v1/leads HTTP/3.0",
    "GET /functions/v1/leads",
    "\xff\xfe / HTTP/1.1",
    `${"A".repeat(9000)} / HTTP/1.1`,
    "PRI * HTTP/2.0",
  ];
  for (const line of lines) {
    assertSound(await raw(`${line}\r\n${HOST}${auth}${close}\r\n`), line);
  }
});

Deno.test("no header breaks anything", async () => {
  const before = await fingerprint(agency_id);
  const values: Record<string, string> = {
    "nothing": "",
    "spaces": "   ",
    "a NUL": "a\0b",
    "bytes": "\xff\xfe\x80",
    "a line feed": "a\nX-Injected: yes",
    "a carriage return": "a\rX-Injected: yes",
    "an escaped line end": "a%0d%0aX-Injected: yes",
    "a folded line": "a\r\n X-Injected: yes",
    "markup": "<script>alert(1)</script>",
    "JSON": '{"a":1}',
    "SQL": "' or '1'='1",
    "a comma": `${agency_id},${agency_id}`,
    "long": "x".repeat(10_000),
    "a log line": "a\x1b[2J",
    "UTF-8": "\xc3\xa9\xe2\x80\xae",
    "__proto__": "__proto__",
  };
  const names = [
    "X-Request-Id",
    "X-Agency-Id",
    "Idempotency-Key",
    "Accept",
    "Accept-Language",
    "User-Agent",
    "X-Forwarded-For",
    "Origin",
    "Content-Type",
    "Prefer",
    "Range",
    "Accept-Profile",
    "X-Api-Key",
    "Cookie",
    "X-HTTP-Method-Override",
  ];
  for (const name of names) {
    for (const [what, value] of Object.entries(values)) {
      for (
        const line of [
          "GET /functions/v1/campaigns",
          "POST /functions/v1/auth/permissions",
          "GET /rest/v1/campaigns?select=id",
          "POST /rest/v1/rpc/list_campaigns",
        ]
      ) {
        const body = line.startsWith("POST") ? "{}" : "";
        const type = name === "Content-Type" ? "" : json;
        const answer = await raw(
          `${line} HTTP/1.1\r\n${HOST}${auth}${close}${type}${name}: ${value}\r\n` +
            `Content-Length: ${body.length}\r\n\r\n${body}`,
        );
        assertSound(answer, `${name} with ${what}: ${line}`);
        ok(!answer?.headers.has("x-injected"), `${name} with ${what}`);
        if (answer && line.includes("/functions/v1/") && answer.headers.has("x-request-id")) {
          match(answer.headers.get("x-request-id") ?? "", /^[\w=-]{1,128}$/, `${name} ${what}`);
        }
      }
    }
  }
  deepStrictEqual(await fingerprint(agency_id), before);
});

Deno.test("very many and very large headers are answered or refused", async () => {
  const many = Array.from({ length: 2000 }, (_, n) => `X-H${n}: ${n}\r\n`).join("");
  const repeated = "X-Agency-Id: x\r\n".repeat(90);
  const large = `X-Large: ${"x".repeat(1_000_000)}\r\n`;
  for (const headers of [many, repeated, large]) {
    for (const path of ["/functions/v1/leads", "/rest/v1/leads?select=id"]) {
      const answer = await raw(`GET ${path} HTTP/1.1\r\n${HOST}${auth}${headers}${close}\r\n`);
      assertSound(answer, `${path} with ${headers.length} bytes of headers`);
    }
  }
  const twice = await raw(
    `GET /functions/v1/leads HTTP/1.1\r\n${HOST}${auth}` +
      `X-Agency-Id: ${agency_id}\r\nX-Agency-Id: ${crypto.randomUUID()}\r\n${close}\r\n`,
  );
  assertSound(twice, "two agencies", [400, 404, 422]);
});

const sizes: Record<string, string> = {
  "a length that is too small": `Content-Length: 3\r\n${close}\r\n{"name":"x"}`,
  "a length of nothing": `Content-Length: 0\r\n${close}\r\n{"name":"x"}`,
  "a negative length": `Content-Length: -1\r\n${close}\r\n{"name":"x"}`,
  "a length that is no number": `Content-Length: ten\r\n${close}\r\n{"name":"x"}`,
  "a huge length": `Content-Length: 99999999999999999999\r\n${close}\r\n{"name":"x"}`,
  "two lengths": `Content-Length: 5\r\nContent-Length: 12\r\n${close}\r\n{"name":"x"}`,
  "length and chunks": `Content-Length: 3\r\nTransfer-Encoding: chunked\r\n${close}\r\n` +
    `2\r\n{}\r\n0\r\n\r\n`,
  "chunks of a wrong size": `Transfer-Encoding: chunked\r\n${close}\r\nzz\r\n{}\r\n0\r\n\r\n`,
  "an unknown transfer": `Transfer-Encoding: gzip\r\n${close}\r\n{}`,
  "no body at all": `${close}\r\n`,
  "a body where none is expected to end":
    `Expect: 100-continue\r\nContent-Length: 2\r\n${close}\r\n{}`,
};

Deno.test("no length of a body lets anything through", async (t) => {
  const before = await fingerprint(agency_id);
  for (const [what, rest] of Object.entries(sizes)) {
    await t.step(what, async () => {
      for (const path of ["/functions/v1/campaigns", "/rest/v1/rpc/create_campaign"]) {
        assertSound(await raw(`POST ${path} HTTP/1.1\r\n${HOST}${auth}${json}${rest}`), what);
      }
    });
  }
  deepStrictEqual(await fingerprint(agency_id), before);
});

Deno.test("a body in chunks is read as one", async () => {
  const name = newMark();
  const text = JSON.stringify({ name });
  const chunks = [...text].map((character) => `1\r\n${character}\r\n`).join("");
  const answer = await raw(
    `POST /functions/v1/campaigns HTTP/1.1\r\n${HOST}${auth}${json}${close}` +
      `Transfer-Encoding: chunked\r\n\r\n`,
    chunks.slice(0, 40),
    chunks.slice(40),
    "0\r\n\r\n",
  );
  strictEqual(answer?.status, 201, answer?.text);
  strictEqual(JSON.parse(answer?.text ?? "{}").data.name, name);
});

const deep = (open: string, shut: string, depth: number) => open.repeat(depth) + shut.repeat(depth);
const bodies: Record<string, string> = {
  "nothing": "",
  "white space": " \t\r\n ",
  "a byte order mark": "\ufeff{}",
  "a NUL": "\0",
  "deep arrays": deep("[", "]", 100_000),
  "deep objects": deep('{"a":', "", 100_000),
  "a deep field": `{"name":"x","metadata":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`,
  "__proto__": '{"__proto__":{"name":"x"}}',
  "__proto__ beside a name": '{"name":"x","__proto__":{"status":"active"}}',
  "constructor": '{"constructor":{"prototype":{"name":"x"}}}',
  "prototype": '{"prototype":{"name":"x"},"toString":1,"hasOwnProperty":1}',
  "a key that is empty": '{"":1}',
  "a key with a NUL": '{"a\\u0000":1}',
  "an array": "[]",
  "null": "null",
  "a number": "5",
  "a huge number": '{"name":"x","budgetCents":1e400}',
  "a number of many digits": `{"name":"x","targetLeads":${"9".repeat(1000)}}`,
  "minus zero": '{"name":"x","targetLeads":-0}',
  "NaN": '{"name":NaN}',
  "a comment": '{"name":"x"/**/}',
  "single quotes": "{'name':'x'}",
  "half a surrogate": '{"name":"\\ud800"}',
  "many keys": `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`).join()}}`,
};

Deno.test("no body breaks anything or is taken for another one", async (t) => {
  const before = await fingerprint(agency_id);
  for (const [what, body] of Object.entries(bodies)) {
    await t.step(what, async () => {
      const paths: [method: string, path: string][] = [
        ["POST", "/campaigns"],
        ["PUT", `/campaigns/${crypto.randomUUID()}`],
        ["POST", "/leads/import"],
        ["POST", "/leads/bulk-update"],
        ["POST", "/auth/signin"],
        ["POST", "/auth/signup"],
      ];
      for (const [method, path] of paths) {
        const reply = await owner.call(method, path, body, {
          headers: { "Content-Type": "application/json" },
        });
        ok([400, 404, 413, 422].includes(reply.status), `${path}: ${reply.status} ${reply.text}`);
        strictEqual(reply.body.success, false);
        ok(reply.body.requestId);
      }
      for (const path of ["rpc/import_leads", "rpc/update_agency", "clients"]) {
        const response = await fetch(`${stack.url}/rest/v1/${path}`, {
          method: "POST",
          headers: {
            apikey: stack.publishableKey,
            Authorization: `Bearer ${owner.token}`,
            "Content-Type": "application/json",
          },
          body,
        });
        const text = await response.text();
        // An empty list of rows is a sound request to insert none.
        const none = what === "an array" && path === "clients" && response.status === 201;
        const refused = response.status >= 400 && response.status < 500;
        ok(none || refused, `${path}: ${response.status} ${text}`);
      }
    });
  }
  deepStrictEqual(await fingerprint(agency_id), before);
  strictEqual(({} as Record<string, unknown>).name, undefined);
});

Deno.test("keys of prototypes are kept as data or refused, and never take effect", async () => {
  const metadata = '{"__proto__":{"admin":true},"constructor":"x","a":{"prototype":1}}';
  const reply = await owner.call("POST", "/campaigns", `{"name":"x","metadata":${metadata}}`, {
    headers: { "Content-Type": "application/json" },
  });
  if (reply.status === 201) {
    const stored = await rest(`campaigns?select=metadata&id=eq.${reply.body.data.id}`, {
      token: owner.token,
    });
    deepStrictEqual(JSON.parse(stored.text)[0].metadata, JSON.parse(metadata));
    deepStrictEqual(reply.body.data.metadata, JSON.parse(metadata));
  } else strictEqual(reply.status, 422, reply.text);
  // Of two values under one key the last counts, as everywhere in JavaScript and jsonb.
  const twice = await owner.call("POST", "/campaigns", '{"name":"first","name":"last"}', {
    headers: { "Content-Type": "application/json" },
  });
  strictEqual(twice.body.data.name, "last", twice.text);
});

Deno.test("after all this the stack answers as before", async () => {
  strictEqual((await call("GET", "/health/ready")).status, 200);
  strictEqual((await owner.call("GET", "/leads")).status, 200);
});
