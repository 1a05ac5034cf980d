/** What becomes of a data source's settings. */

import assert from "node:assert/strict";
import { SOURCE_TYPES } from "./connector.ts";
import { LEAD_FIELDS } from "./lead-fields.ts";
import { Mapping } from "./mapping.ts";
import { connectorOf, openSource, settingFaults, testConnection } from "./registry.ts";
import { collect, failureOf, testWorld } from "./testing.ts";

const API = { type: "api", config: { url: "https://crm.example/people" }, rateLimit: null };

/** What opening a data source fails with. */
const openingFails = (settings: Parameters<typeof openSource>[0]) =>
  failureOf(() => new Promise((resolve) => resolve(openSource(settings))));

Deno.test("there is a connector for every type, and for nothing else", () => {
  for (const type of SOURCE_TYPES) assert.equal(connectorOf(type)?.type, type);
  assert.equal(connectorOf("toString"), undefined);
});

Deno.test("what connectors know of their fields leads to fields of a lead", () => {
  const configs: Record<string, object> = {
    apollo: { filters: { keywords: "x" } },
    zoominfo: { filters: { jobTitle: "x" } },
    linkedin: { owner: "urn:li:sponsoredAccount:1" },
    csv: {},
    api: API.config,
  };
  for (const type of SOURCE_TYPES) {
    const connector = connectorOf(type) ?? assert.fail();
    const known = connector.knownFields(connector.configSchema.parse(configs[type]));
    const mapping = new Mapping({ mapping: {}, unmapped: "ignore" }, known);
    for (const [field, target] of Object.entries(known)) {
      const [head, key] = target.split(".");
      const isField = LEAD_FIELDS.some((one) => one === target);
      assert.ok(isField || key && ["company_data", "source_data"].includes(head ?? ""), target);
      assert.deepEqual(Object.keys(mapping.toLead({ [field]: "x" })), [head]);
    }
  }
});

Deno.test("faults are named by their place", () => {
  const paths = (settings: Parameters<typeof settingFaults>[0]) =>
    settingFaults(settings).map(({ path }) => path);
  assert.deepEqual(paths({ type: "ftp", config: {} }), ["type"]);
  assert.deepEqual(paths(API), []);
  assert.deepEqual(paths({ type: "api", config: null }), ["config.url"]);
  assert.deepEqual(paths({ ...API, credentials: { token: 3 } }), ["credentials.token"]);
  assert.deepEqual(paths({ ...API, credentials: null }), []);
  assert.deepEqual(paths({ type: "csv", config: {}, credentials: {} }), ["credentials"]);
  assert.deepEqual(paths({ type: "csv", config: { delimeter: "," } }), ["config.delimeter"]);
  assert.deepEqual(paths({ type: "api", credentials: {} }), []);
  assert.deepEqual(
    paths({ type: "csv", config: { mapping: { a: "score" }, delimiter: "x" } }),
    ["config.delimiter", "config.mapping.a"],
  );
});

Deno.test("a job sets what is its own affair, and never where a token goes", async () => {
  const csv = { type: "csv", config: { path: "a/b.csv" }, credentials: null, rateLimit: null };
  const { source } = openSource({ ...csv, params: { path: "a/c.csv", mapping: { A: "email" } } });
  assert.deepEqual(source.config, {
    path: "a/c.csv",
    header: true,
    mapping: { A: "email" },
    unmapped: "sourceData",
  });
  const refused = [{ url: "https://evil.example/" }, { auth: { kind: "none" } }, { headers: {} }];
  for (const params of refused) {
    assert.equal(await openingFails({ ...API, credentials: {}, params }), "invalid_config");
  }
});

Deno.test("settings that have gone bad are refused when they are used", async () => {
  assert.equal(await openingFails({ ...API, type: "ftp", credentials: null }), "invalid_config");
  assert.equal(await openingFails({ ...API, config: {}, credentials: null }), "invalid_config");
  const zoominfo = { type: "zoominfo", config: { filters: { jobTitle: "x" } }, rateLimit: null };
  assert.equal(await openingFails({ ...zoominfo, credentials: null }), "unauthorized");
});

Deno.test("a text beside a path gives way to it: a job may bring a file of its own", async () => {
  const { context } = testWorld({ files: { "a/b.csv": new TextEncoder().encode("n\n1\n2\n") } });
  const { connector, source } = openSource({
    type: "csv",
    config: { text: "n\n3\n" },
    credentials: null,
    rateLimit: null,
    params: { path: "a/b.csv" },
  });
  assert.equal((await collect(connector, source, context)).rows.length, 2);
});

Deno.test("a connection test tells latency, sample, leads and gaps", async () => {
  const world = testWorld();
  const context = {
    ...world.context,
    log: () => void world.context.wait(12),
  };
  const text = "E-Mail,Vorname,Schuhgröße\nada@example.com,Ada,38\n,Bob\nx\0,Eve,40\n";
  const open = openSource({ type: "csv", config: { text }, credentials: null, rateLimit: null });
  assert.deepEqual(await testConnection(open, context), {
    latencyMs: 12,
    total: 3,
    sample: [{
      row: 1,
      values: { "E-Mail": "ada@example.com", Vorname: "Ada", "Schuhgröße": "38" },
      lead: {
        email: "ada@example.com",
        first_name: "Ada",
        source_data: { "Schuhgröße": "38" },
      },
    }],
    gaps: {
      fields: [
        { field: "E-Mail", target: "email" },
        { field: "Vorname", target: "first_name" },
        { field: "Schuhgröße", target: null },
      ],
      unmapped: ["Schuhgröße"],
      missing: LEAD_FIELDS.filter((field) => !["email", "first_name"].includes(field)),
      unknown: [],
      hasIdentity: true,
    },
  });
});
