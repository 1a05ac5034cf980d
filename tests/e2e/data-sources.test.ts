/** Data sources through the front door: what is kept of them, what is shown, and to whom. */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { foundAgency, join } from "./_agency.ts";
import { client, type Row } from "./_support.ts";

const CSV = { type: "csv", name: "Fair", config: { text: "email,town\nada@example.test,Oslo\n" } };
const API = {
  type: "api",
  name: "Tickets",
  config: { url: "https://tickets.example/buyers", auth: { kind: "bearer" } },
};
const SECRET = "a-token-that-nobody-shall-see";

Deno.test("a source is connected, read, changed, listed and deleted", async () => {
  const { owner } = await foundAgency();
  const made = await owner.call("POST", "/data-sources", { ...CSV, rateLimit: 30 });
  strictEqual(made.status, 201, made.text);
  const { id, config, textBytes, hasCredentials, metrics, status, rateLimit } = made.body.data;
  deepStrictEqual(
    { config, textBytes, hasCredentials, status, rateLimit },
    { config: {}, textBytes: 33, hasCredentials: false, status: "active", rateLimit: 30 },
  );
  deepStrictEqual(metrics, {
    jobs: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    leads: 0,
    successRate: null,
  });

  const changed = await owner.data("PUT", `/data-sources/${id}`, {
    name: "Spring fair",
    config: { mapping: { town: "city" } },
    rateLimit: null,
  });
  deepStrictEqual(
    [changed.name, changed.config, changed.textBytes, changed.rateLimit],
    ["Spring fair", { mapping: { town: "city" } }, 33, null],
  );
  await owner.data("POST", "/data-sources/create", { ...CSV, name: "Other" });
  const listed = await owner.call<Row[]>("GET", "/data-sources?search=spring&type=csv");
  deepStrictEqual(listed.body.data, [changed]);
  strictEqual(listed.body.pagination?.total, 1);

  strictEqual((await owner.call("DELETE", `/data-sources/${id}`)).status, 200);
  const gone = await owner.call("GET", `/data-sources/${id}`);
  deepStrictEqual([gone.status, gone.body.code], [404, "DATA_SOURCE_NOT_FOUND"]);
});

Deno.test("credentials go in and never come out", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const credentials = { token: SECRET };
  const replies = [await owner.call("POST", "/data-sources", { ...API, credentials })];
  strictEqual(replies[0]!.status, 201, replies[0]!.text);
  const { id, hasCredentials } = replies[0]!.body.data;
  strictEqual(hasCredentials, true);
  const other = { credentials: { token: `${SECRET}-2` } };
  // Sealed anew it looks different; under the key it is the same request.
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  for (let n = 0; n < 2; n++) {
    replies.push(await owner.call("PUT", `/data-sources/${id}`, other, { headers }));
  }
  strictEqual(replies[2]!.headers.get("idempotency-replayed"), "true", replies[2]!.text);
  replies.push(
    await owner.call("GET", `/data-sources/${id}`),
    await owner.call("GET", "/data-sources"),
    await owner.call("GET", "/admin/audit"),
    await owner.call("PUT", `/data-sources/${id}`, { ...other, name: "" }),
  );
  for (const { text } of replies) {
    ok(!text.includes(SECRET) && !text.includes("ciphertext") && !text.includes("nonce"), text);
  }

  // Nor by the Data API, whatever is embedded or called.
  const api = client(owner.token);
  const attempts = [
    await api.from("data_source_credentials").select(),
    await api.from("data_sources").select("*, data_source_credentials(*)"),
    await api.schema("private").from("data_source_credentials").select(),
    await api.rpc("get_data_source_secrets", { data_source_id: id }),
    await api.rpc("list_sealed_credentials", { newest_key_id: "x" }),
    await api.from("scraping_jobs").select("checkpoint"),
  ];
  for (const { data, error } of attempts) {
    strictEqual(data, null);
    ok(error);
  }
  const forgotten = await owner.data("PUT", `/data-sources/${id}`, { credentials: null });
  strictEqual(forgotten.hasCredentials, false);
});

Deno.test("what does not fit is said, and nothing is kept", async () => {
  const agency = await foundAgency();
  const other = await foundAgency();
  const { owner } = agency;
  const large = "x".repeat(1024 * 1024);
  for (
    const [body, status, code] of [
      [{ ...CSV, config: { text: "email", delimiter: "?" } }, 422, "VALIDATION_FAILED"],
      [{ ...CSV, credentials: { token: SECRET } }, 422, "VALIDATION_FAILED"],
      [{ ...CSV, schedule: "0 6 * * *" }, 422, "DATA_SOURCES_SCHEDULE_NAMES_A_CAMPAIGN"],
      [
        { ...CSV, config: { path: `${other.id}/list.csv` } },
        422,
        "DATA_SOURCES_PATH_IS_OF_THE_AGENCY",
      ],
      [{ ...CSV, config: { text: `é${large.slice(1)}` } }, 422, "TEXT_TOO_LARGE"],
    ] as const
  ) {
    const refused = await owner.call("POST", "/data-sources", body);
    deepStrictEqual([refused.status, refused.body.code], [status, code], refused.text);
  }
  const whole = await owner.call("POST", "/data-sources", { ...CSV, config: { text: large } });
  strictEqual(whole.body.data.textBytes, 1024 * 1024, whole.text);
  strictEqual((await owner.call<Row[]>("GET", "/data-sources")).body.data.length, 1);
});

Deno.test("a researcher connects sources, an analyst reads them, sales and others see none", async () => {
  const agency = await foundAgency();
  const researcher = await join(agency, ["researcher"]);
  const { id } = await researcher.data("POST", "/data-sources", CSV);
  const analyst = await join(agency, ["analyst"]), sales = await join(agency, ["sales"]);
  const { owner: stranger } = await foundAgency();
  strictEqual((await analyst.data("GET", `/data-sources/${id}`)).name, "Fair");
  const answers = await Promise.all([
    analyst.call("PUT", `/data-sources/${id}`, { name: "Mine" }),
    analyst.call("DELETE", `/data-sources/${id}`),
    sales.call("GET", `/data-sources/${id}`),
    sales.call("GET", "/data-sources"),
    stranger.call("GET", `/data-sources/${id}`),
    stranger.call("DELETE", `/data-sources/${id}`),
  ]);
  deepStrictEqual(answers.map(({ status }) => status), [403, 403, 404, 403, 404, 404]);
  match((await analyst.data("GET", `/data-sources/${id}`)).name as string, /^Fair$/);
});
