import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { join } from "../e2e/_agency.ts";
import { call, client, type Reply, type TestUser } from "../e2e/_support.ts";
import { arbitraries, type FuzzRequest, type KnownIds } from "./_arbitraries.ts";
import { type Operation, readDocument, type Schema } from "./_api.ts";
import {
  addSources,
  buildWorld,
  idFor,
  must,
  newMark,
  outsider,
  sql,
  type World,
} from "./_world.ts";

/** Random requests for each operation. */
const RUNS = Number(Deno.env.get("BACKLINE_FUZZ_RUNS") ?? 8);
/** Where a failed run said it began. */
const SEED = Number(Deno.env.get("BACKLINE_FUZZ_SEED") ?? Math.floor(Math.random() * 2 ** 31));

const document = await readDocument();
const ajv = new Ajv.default({ strict: false, allErrors: true });
addFormats.default(ajv);
const validators = new Map<Schema, ReturnType<typeof ajv.compile>>();

function fits(schema: Schema, value: unknown): string | null {
  const validate = validators.get(schema) ??
    ajv.compile({ ...schema, components: document.components });
  validators.set(schema, validate);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

/** Asserts what holds for every answer of an operation, whatever was asked. */
function assertContract(operation: Operation, { status, headers, text, body }: Reply<unknown>) {
  const said = `${operation.operationId}: ${status} ${text.slice(0, 500)}`;
  // Readiness may say 503; it means what it says.
  ok(status < 500 || operation.operationId === "isReady", said);
  const response = operation.responses[status];
  // A path whose parameter is empty or nasty is another path.
  const isElsewhere = body.code === "ROUTE_NOT_FOUND" || body.code === "METHOD_NOT_ALLOWED";
  ok(response || isElsewhere, `undocumented ${said}`);
  match(headers.get("x-request-id") ?? "", /^[\w=-]{1,128}$/, said);
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  const schema = response?.content?.[type]?.schema;
  ok(schema || isElsewhere, `${type} is not documented, ${said}`);
  if (type !== "application/json") return;
  if (schema) strictEqual(fits(schema, body), null, said);
  strictEqual(body.success, status < 300, said);
  if (status >= 300) {
    strictEqual(body.requestId, headers.get("x-request-id"), said);
    match(body.code ?? "", /^[A-Z][A-Z0-9_]*$/, said);
    strictEqual(fits({ $ref: "#/components/schemas/Failure" }, body), null, said);
    // What a sign-in service said is passed on in its words, which here are ours.
    const ownWords = body.code !== "PROVIDER_REFUSED";
    const internals = /select |insert into|pg_|\bat .*\.ts:/i.test(body.error ?? "");
    ok(!(ownWords && internals), `internals in ${said}`);
  }
}

/** What the requests act upon; made anew for each operation, since most of them change it. */
async function things(world: World, target: TestUser, operation: Operation): Promise<KnownIds> {
  const { owner } = world.members;
  const { agency_id } = world.ids;
  await client(owner.token).rpc("restore_agency", { agency_id });
  const campaign = await must(owner, "create_campaign", { name: "Fuzz", agency_id });
  const lead = () =>
    must(owner, "create_lead", {
      campaign_id: campaign.id,
      attributes: { email: `${crypto.randomUUID()}@example.test` },
    });
  const [{ id: leadId = "" }] = [await lead()];
  const invitation = await must(owner, "invite_member", {
    agency_id,
    email: `${crypto.randomUUID()}@example.test`,
    roles: ["sales"],
  });
  const isAboutSources = /^\/(data-sources|jobs)\b/.test(operation.path);
  const sources = isAboutSources
    ? await addSources(owner, agency_id, campaign.id ?? "", newMark())
    : {};
  const idOf = (kind: "data_source_id" | "job_id") =>
    idFor({ ...world.ids, ...sources }, operation.operationId, kind);
  const state = operation.operationId === "requeueTask" ? "discarded" : "scheduled";
  const [task] = await sql<{ id: string }[]>`
    insert into private.tasks (kind, state, run_at, finished_at)
    values ('maintenance.sweep', ${state}::private.task_state, now() + interval '1 day',
      case when ${state} = 'discarded' then now() end)
    returning id`;
  return {
    agencyId: agency_id,
    taskId: task!.id,
    type: operation.path.startsWith("/notifications/") ? "lead.assigned" : "",
    scheduleCampaignId: campaign.id ?? "",
    dataSourceId: idOf("data_source_id"),
    jobId: idOf("job_id"),
    campaignId: campaign.id ?? "",
    clientId: world.ids.client_id,
    leadId,
    leadIds: leadId,
    ids: leadId,
    userId: target.id,
    assignedTo: target.id,
    assignee: target.id,
    invitationId: invitation.id ?? "",
    token: invitation.token ?? "",
    apiKeyId: world.ids.api_key_id,
    keyId: world.ids.api_key_id,
    other: leadId,
  };
}

const theirs = await outsider();
const staff = await outsider();
await sql`insert into private.platform_staff (user_id) values (${staff.id})`;

const groups = Map.groupBy(document.operations, ({ path }) => path.split("/")[1] ?? "");
for (const [group, operations] of groups) {
  Deno.test(`random requests to /${group} are answered as documented`, async (t) => {
    const world = await buildWorld(newMark());
    const target = await join(world.agency, ["sales"]);
    const key = await must(world.members.owner, "create_api_key", {
      agency_id: world.ids.agency_id,
      name: "Fuzz",
      permissions: ["leads.read", "leads.create", "campaigns.read"],
    });
    const tokens: Record<string, string | undefined> = {
      owner: world.members.owner.token,
      sales: world.members.sales.token,
      client: world.members.client.token,
      outsider: theirs.token,
      key: key.secret,
      staff: staff.token,
      nobody: undefined,
    };
    const actor = fc.oneof(
      { weight: 5, arbitrary: fc.constant("owner") },
      { weight: 5, arbitrary: fc.constantFrom(...Object.keys(tokens)) },
    );
    for (const operation of operations) {
      await t.step(operation.operationId, async () => {
        const known = { ...await things(world, target, operation), foreign: theirs.id };
        const { request } = arbitraries(document, () => known);
        const send = async (who: string, { path, query, headers, body }: FuzzRequest) => {
          const search = new URLSearchParams(query).toString();
          const reply = await call(operation.method, search ? `${path}?${search}` : path, body, {
            token: tokens[who],
            headers,
          });
          assertContract(operation, reply);
        };
        await fc.assert(fc.asyncProperty(actor, request(operation), send), {
          numRuns: RUNS,
          seed: SEED,
          interruptAfterTimeLimit: 60_000,
        });
      });
    }
  });
}

Deno.test("every operation succeeds for somebody, so that its answer is held to its schema", async () => {
  const world = await buildWorld(newMark());
  const target = await join(world.agency, ["sales"]);
  const { owner } = world.members;
  const failed: string[] = [];
  const sorted = document.operations.toSorted((a, b) =>
    LAST.indexOf(a.operationId) - LAST.indexOf(b.operationId)
  );
  for (const operation of sorted) {
    const member = LAST.includes(operation.operationId)
      ? await join(world.agency, ["sales"])
      : target;
    const known = await things(world, member, operation);
    const role = { role: world.role } as KnownIds;
    const path = operation.path.replaceAll(
      /\{(\w+)\}/g,
      (_, name) => (role[name] ?? known[name] ?? ""),
    );
    const body = structuredClone(operation.body?.example) as Record<string, unknown> | undefined;
    for (const name of Object.keys(body ?? {})) {
      if (body && known[name]) body[name] = Array.isArray(body[name]) ? [known[name]] : known[name];
      if (typeof body?.[name] === "string" && name === "email") {
        body[name] = `${crypto.randomUUID()}@example.test`;
      }
      if (body && name === "slug") body[name] = newMark();
      if (body && name === "expiresAt") delete body[name];
    }
    const who = operation.path.startsWith("/admin/") || operation.operationId === "getHealthReport"
      ? staff
      : owner;
    const reply = await who.call(operation.method, path, body);
    if (reply.status < 300) assertContract(operation, reply);
    else failed.push(`${operation.operationId} ${reply.status} ${reply.body.code}`);
  }
  // These need a password, a mail's link, an invitation for the caller or credentials that can be opened.
  const names = failed.map((it) => it.split(" ")[0] ?? "");
  deepStrictEqual(names.filter((name) => !NEED_MORE.includes(name)), [], failed.join("\n"));
});

/** In this order, after all others, which need the role and the owner; each on a member of its own. */
const LAST = ["deleteAgencyRole", "suspendMember", "removeMember", "deleteUser", "transferAgency"];

const NEED_MORE = [
  "signIn",
  "exchangeCode",
  "refreshSession",
  "acceptInvitation",
  "restoreLead",
  "setCampaignStatus",
  "testDataSource",
];
