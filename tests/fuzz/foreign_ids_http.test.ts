import { deepStrictEqual, ok } from "node:assert/strict";
import { call } from "../e2e/_support.ts";
import { type Operation, readDocument } from "./_api.ts";
import {
  buildWorld,
  fingerprint,
  idFor,
  type Ids,
  inParallel,
  newMark,
  type World,
} from "./_world.ts";

const mark = newMark();
const [ours, theirs] = [await buildWorld(newMark()), await buildWorld(mark)];
const { operations } = await readDocument();

/** Names of parameters and fields that hold ids, with the id that belongs there. */
const KINDS: Record<string, keyof Ids> = {
  agencyId: "agency_id",
  campaignId: "campaign_id",
  leadId: "lead_id",
  leadIds: "lead_id",
  ids: "lead_id",
  clientId: "client_id",
  userId: "user_id",
  assignedTo: "user_id",
  assignee: "user_id",
  invitationId: "invitation_id",
  apiKeyId: "api_key_id",
  keyId: "api_key_id",
  activeAgencyId: "agency_id",
  actorId: "user_id",
  entityId: "lead_id",
  dataSourceId: "data_source_id",
  scheduleCampaignId: "campaign_id",
  jobId: "job_id",
};

type Fields = Record<string, unknown>;

interface Request {
  path: Record<string, string>;
  query: Record<string, string>;
  body?: Fields;
}

function idOf(world: World, name: string, operation: Operation): string | undefined {
  const kind = KINDS[name];
  return kind && idFor(world.ids, operation.operationId, kind);
}

/** The documented example, with our own ids in the places of ids. */
function soundRequest(operation: Operation): Request {
  const example = structuredClone(operation.body?.example) as Fields | undefined;
  for (const name of Object.keys(example ?? {})) {
    const id = idOf(ours, name, operation);
    if (example && id) example[name] = Array.isArray(example[name]) ? [id] : id;
  }
  // A client matters to members with the role client.
  if (example?.clientId && example.roles) example.roles = ["client"];
  const path = operation.parameters.filter((it) => it.in === "path").map(({ name }) => {
    const id = idOf(ours, name, operation) ??
      {
        role: ours.role,
        token: "no-such-token",
        type: "lead.assigned",
        taskId: crypto.randomUUID(),
      }[name as "role"];
    ok(id, `${operation.path}: what is ${name}?`);
    return [name, id];
  });
  return { path: Object.fromEntries(path), query: {}, body: example };
}

/** That request with an id of the other agency in each place in turn, and in all. */
function attacks(operation: Operation): Request[] {
  const sound = soundRequest(operation);
  const found: Request[] = [];
  const swap = (name: string) => idOf(theirs, name, operation) ?? "";
  const inPath = Object.keys(sound.path).filter((name) => KINDS[name]);
  for (const name of inPath) {
    found.push({ ...sound, path: { ...sound.path, [name]: swap(name) } });
  }
  const fields = Object.keys(operation.body ? sound.body ?? {} : {}).filter((name) => KINDS[name]);
  const all = Object.fromEntries(fields.map((name) => {
    const id = swap(name);
    return [name, Array.isArray(sound.body?.[name]) ? [id] : id];
  }));
  for (const name of fields) {
    found.push({ ...sound, body: { ...sound.body, [name]: all[name] } });
  }
  if (inPath.length + fields.length > 1) {
    const path = Object.fromEntries(inPath.map((name) => [name, swap(name)]));
    found.push({ ...sound, path: { ...sound.path, ...path }, body: { ...sound.body, ...all } });
  }
  for (const { name } of operation.parameters.filter((it) => it.in === "query")) {
    if (KINDS[name]) found.push({ ...sound, query: { [name]: swap(name) } });
  }
  return found;
}

/** Nothing was done: a refusal, a list of refusals, or an empty list. */
function isRefusal(status: number, text: string, isJson: boolean): boolean {
  if ([400, 403, 404, 409, 422].includes(status)) return true;
  if (status !== 200) return false;
  if (!isJson) return text.trimEnd().split("\r\n").length === 1;
  const { data } = JSON.parse(text);
  if (Array.isArray(data)) return data.length === 0;
  return data.succeeded === 0 && data.failed > 0 || data.assigned === 0 || data.marked === 0;
}

Deno.test("no endpoint takes an id of another agency, in path, query or body", async () => {
  const before = await fingerprint(theirs.ids.agency_id);
  const requests = operations.flatMap((operation) =>
    attacks(operation).map((request) => ({ operation, request }))
  );
  const wrong: string[] = [];
  await inParallel(requests, async ({ operation, request }) => {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => request.path[name] ?? "");
    const query = new URLSearchParams(request.query).toString();
    for (const agencyId of [undefined, ours.ids.agency_id, theirs.ids.agency_id]) {
      const { status, text, headers } = await call(
        operation.method,
        query ? `${path}?${query}` : path,
        operation.body && request.body,
        { token: ours.members.owner.token, agencyId },
      );
      const isJson = headers.get("content-type")?.startsWith("application/json") ?? false;
      if (text.includes(mark) || !isRefusal(status, text, isJson)) {
        wrong.push(`${operation.operationId} ${JSON.stringify(request)}: ${status} ${text}`);
      }
      // The examples are sound: what refuses them must be the id.
      if (text.includes("VALIDATION_FAILED") || text.includes("MALFORMED")) {
        wrong.push(`${operation.operationId} is refused for another reason: ${text}`);
      }
    }
  });
  deepStrictEqual(await fingerprint(theirs.ids.agency_id), before);
  deepStrictEqual(wrong, []);
  ok(requests.length > 45, `${requests.length} requests`);
});

Deno.test("the header opens no other agency to any endpoint", async () => {
  const before = await fingerprint(theirs.ids.agency_id);
  const wrong: string[] = [];
  const { owner } = ours.members;
  const own = await fingerprint(ours.ids.agency_id);
  for (const operation of operations.filter(({ isOpen }) => !isOpen)) {
    // With ids of nobody, so that nothing of ours is found either.
    const path = operation.path.replaceAll(/\{\w+\}/g, () => crypto.randomUUID());
    if (operation.operationId === "createAgency" || operation.operationId === "logout") continue;
    const reply = await owner.call(operation.method, path, operation.body?.example, {
      agencyId: theirs.ids.agency_id,
    });
    if (reply.text.includes(mark)) wrong.push(`${operation.operationId}: ${reply.text}`);
  }
  deepStrictEqual(wrong, []);
  deepStrictEqual(await fingerprint(theirs.ids.agency_id), before);
  deepStrictEqual(await fingerprint(ours.ids.agency_id), own, "nor were they done to our own");
});
