import { deepStrictEqual, ok } from "node:assert/strict";
import {
  buildWorld,
  fingerprint,
  idFor,
  type Ids,
  inParallel,
  newMark,
  rest,
  sql,
  tenantTables,
} from "./_world.ts";

const mark = newMark();
const [ours, theirs] = [await buildWorld(newMark()), await buildWorld(mark)];

/** Whose ids an attack names. */
interface Target {
  ids: Ids;
  email: string;
}
const foreign: Target = { ids: theirs.ids, email: theirs.members.sales.email };
/** Ids that are nobody's, in no agency. */
const nowhere: Target = {
  ids: Object.fromEntries(Object.keys(theirs.ids).map((key) => [key, crypto.randomUUID()])) as
    & Record<string, string>
    & Ids,
  email: `${crypto.randomUUID()}@example.test`,
};

interface Procedure {
  name: string;
  args: { name: string; type: string; required: boolean }[];
}

/** Every procedure that a signed-in user may call, from the catalogue. */
const procedures = await sql<Procedure[]>`
  select p.proname as name,
         coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'type', a.type::regtype::text,
           'required', a.n <= p.pronargs - p.pronargdefaults)) filter (where a.n is not null), '[]')
           as args
    from pg_catalog.pg_proc as p
    left join lateral unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[])
           with ordinality as a (name, type, n) on true
   where p.pronamespace = 'public'::regnamespace
     and has_function_privilege('authenticated', p.oid, 'execute')
     and not exists (select from pg_catalog.pg_depend as d where d.objid = p.oid and d.deptype = 'e')
   group by p.oid order by p.proname`;

/** Names of arguments that hold ids, with the id that belongs there. */
const KINDS: Record<string, keyof Ids> = {
  agency_id: "agency_id",
  campaign_id: "campaign_id",
  lead_id: "lead_id",
  lead_ids: "lead_id",
  client_id: "client_id",
  user_id: "user_id",
  assigned_to: "user_id",
  assignee: "user_id",
  invitation_id: "invitation_id",
  api_key_id: "api_key_id",
  data_source_id: "data_source_id",
  job_id: "job_id",
  entity_id: "lead_id",
  actor_id: "user_id",
};

/** Sound values of the arguments that are no ids. */
const SAMPLES: Record<string, unknown> = {
  attributes: {},
  changes: {},
  rows: [{ email: "planted@example.test" }],
  email: "planted@example.test",
  name: "Planted",
  title: "Planted",
  status: "active",
  roles: ["sales"],
  role: "custom:planted",
  permissions: ["leads.read"],
  permission: "leads.read",
  effect: "allow",
  score: 5,
  at: new Date().toISOString(),
  type: "note",
  task_id: crypto.randomUUID(),
  kind: "maintenance.sweep",
  query: "canary",
  run: 1,
  logs: [{ level: "info", message: "Planted" }],
  rows_total: 5,
  procedure: "list_leads",
  arguments: {},
};

/** Where one name means different things in different procedures. */
const SPECIAL: Record<string, Record<string, unknown>> = {
  create_data_source: { type: "csv" },
  create_lead: { attributes: { email: "planted@example.test" } },
  bulk_update_lead_status: { status: "contacted" },
  bulk_update_leads: { changes: { city: "Oslo" } },
  update_lead: { changes: { city: "Oslo" } },
  invite_member: { roles: ["client"] },
  set_member_roles: { roles: ["client"] },
  update_user: { changes: { full_name: "Taken" } },
  set_notification_preference: { type: "lead.assigned" },
  delete_agency_role: { role: ours.role },
};

/** For staff of the platform alone, which no member of an agency is. */
const STAFF_ONLY = [
  "announce_user",
  "cancel_task",
  "get_task_figures",
  "list_tasks",
  "requeue_task",
  "trigger_job",
  "delete_user",
  "get_health_report",
  "get_platform_metrics",
  "list_users",
  "update_user",
];

/** These speak of no agency's row by an id, or of an invitation by its secret. */
const WITHOUT_IDS = [
  "accept_invitation",
  "call_export",
  "call_procedure",
  "check_readiness",
  "create_agency",
  "get_invitation",
  "get_me",
  "list_agencies",
  "test_isolation",
];

function value(
  { ids }: { ids: Ids },
  procedure: string,
  arg: { name: string; type: string },
): unknown {
  const kind = KINDS[arg.name];
  if (!kind) return SPECIAL[procedure]?.[arg.name] ?? SAMPLES[arg.name];
  const id = idFor(ids, procedure, kind);
  return arg.type === "uuid[]" ? [id] : id;
}

type Args = Record<string, unknown>;

/** The arguments of a call that is sound for our own agency. */
function soundCall({ name, args }: Procedure): Args {
  const used = args.filter((arg) => arg.required || KINDS[arg.name]);
  return Object.fromEntries(used.map((arg) => [arg.name, value(ours, name, arg)]));
}

/** That call with ids of somebody else: each alone, all together, mixed into lists. */
function attacks(procedure: Procedure, target: Target = foreign): Args[] {
  const sound = soundCall(procedure);
  const ids = procedure.args.filter((arg) => KINDS[arg.name]);
  const found: Args[] = ids.map((arg) => ({
    ...sound,
    [arg.name]: value(target, procedure.name, arg),
  }));
  found.push({
    ...sound,
    ...Object.fromEntries(ids.map((arg) => [arg.name, value(target, procedure.name, arg)])),
  });
  // As if by accident: whatever else is left out.
  for (const arg of ids.filter(({ required }) => !required)) {
    const required = procedure.args.filter((other) => other.required || other === arg);
    found.push(Object.fromEntries(
      required.map((
        other,
      ) => [other.name, other === arg ? value(target, "", arg) : sound[other.name]]),
    ));
  }
  if ("assignee" in sound) found.push({ ...sound, assignee: target.email });
  for (const document of ["attributes", "changes"]) {
    if (!(document in sound)) continue;
    for (const [key, id] of Object.entries(target.ids)) {
      found.push({ ...sound, [document]: { ...sound[document] as Args, [key]: id } });
    }
    for (const key of ["id", "assigned_to", "created_by"]) {
      const id = target.ids[key === "id" ? "lead_id" : "user_id"];
      found.push({ ...sound, [document]: { ...sound[document] as Args, [key]: id } });
    }
  }
  return found;
}

/** Nothing was done: a refusal, a list of refusals, or an empty list. */
function isRefusal(status: number, text: string): boolean {
  // Refused for what the call says, not for how it is spelled or how often it came.
  if ([400, 403, 404, 409, 422].includes(status)) return !/PGRST|argument_unknown/.test(text);
  if (status !== 200) return false;
  if (text.startsWith('"first_name') || !/^[[{]/.test(text)) return text.split("\r\n").length <= 2;
  const body = JSON.parse(text);
  if (Array.isArray(body)) return body.length === 0;
  if ("succeeded" in body) return body.succeeded === 0 && body.failed > 0;
  if ("assigned" in body) return body.assigned === 0;
  return Array.isArray(body.items) && body.items.length === 0;
}

Deno.test("the calls with our own ids would succeed, so their refusal is about the ids", async () => {
  const { owner } = ours.members;
  const failed: string[] = [];
  const open = procedures.filter(({ name }) => ![...WITHOUT_IDS, ...STAFF_ONLY].includes(name));
  for (const procedure of open) {
    const args = soundCall(procedure);
    for (const arg of procedure.args) {
      if (arg.required) ok(args[arg.name] !== undefined, `${procedure.name}: what is ${arg.name}?`);
    }
    // Rolled back: most of them change what the next ones need.
    await sql.begin(async (tx) => {
      await tx`set local role authenticated`;
      const claims = JSON.stringify({ sub: owner.id, role: "authenticated" });
      await tx`select set_config('request.jwt.claims', ${claims}, true)`;
      const list = Object.keys(args).map((name, n) => {
        const type = procedure.args.find((arg) => arg.name === name)?.type;
        return type === "jsonb"
          ? `${name} => $${n + 1}::text::jsonb`
          : `${name} => $${n + 1}::${type}`;
      });
      const values = Object.entries(args).map(([name, it]) =>
        procedure.args.find((arg) => arg.name === name)?.type === "jsonb" ? JSON.stringify(it) : it
      ) as string[];
      await tx.unsafe(`select public.${procedure.name}(${list.join(", ")})`, values);
      throw new Error("rolled back");
    }).catch(({ message }: Error) => {
      if (message !== "rolled back") failed.push(`${procedure.name}: ${message}`);
    });
  }
  deepStrictEqual(failed, []);
});

Deno.test("the other agency has a row in every table of agencies", async () => {
  const before = await fingerprint(theirs.ids.agency_id);
  const tables = (await tenantTables()).filter((name) => !name.startsWith("private.lead_metric"));
  deepStrictEqual(tables.filter((name) => !before[name]), []);
});

Deno.test("every procedure refuses every id of another agency and changes nothing there", async () => {
  const before = await fingerprint(theirs.ids.agency_id);
  const calls: { about: string; path: string; body: Args; headers?: Record<string, string> }[] = [];
  for (const procedure of procedures) {
    if (WITHOUT_IDS.includes(procedure.name)) continue;
    const { name } = procedure;
    const byId = procedure.args.some((arg) => KINDS[arg.name]) || STAFF_ONLY.includes(name);
    ok(byId, `${name} takes no id: is it safe?`);
    for (const args of attacks(procedure)) {
      calls.push({ about: name, path: `rpc/${name}`, body: args });
      const wrapped = { procedure: name, arguments: args, rate_class: "write" };
      calls.push({ about: `${name} dispatched`, path: "rpc/call_procedure", body: wrapped });
    }
    calls.push({
      about: `${name} with their header`,
      path: `rpc/${name}`,
      body: soundCall(procedure),
      headers: { "X-Agency-Id": theirs.ids.agency_id },
    });
  }
  const invitation = { token: theirs.invitationToken };
  calls.push({ about: "accept_invitation", path: "rpc/accept_invitation", body: invitation });
  for (const key of ["agency_id", "campaign_id"] as const) {
    calls.push({
      about: "call_export",
      path: "rpc/call_export",
      body: { arguments: { [key]: theirs.ids[key] } },
      headers: { Accept: "text/csv" },
    });
  }
  const wrong: string[] = [];
  const statuses = new Map<string, number>();
  await inParallel(calls, async ({ about, path, body, headers }) => {
    const answer = await rest(path, {
      method: "POST",
      body,
      token: ours.members.owner.token,
      headers,
    });
    statuses.set(JSON.stringify([about, body]), answer.status);
    if (answer.text.includes(mark) || !isRefusal(answer.status, answer.text)) {
      wrong.push(`${about} ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 300)}`);
    }
  });
  deepStrictEqual(await fingerprint(theirs.ids.agency_id), before);
  deepStrictEqual(wrong, []);
  for (const { about, path, body } of calls) {
    if (path !== "rpc/call_procedure") continue;
    const direct = statuses.get(JSON.stringify([body.procedure, body.arguments]));
    deepStrictEqual(statuses.get(JSON.stringify([about, body])), direct, about);
  }
  ok(calls.length > 300, `${calls.length} calls`);
});

Deno.test("an id of another agency is answered as one that exists nowhere", async () => {
  /** The answer, with the names of the ids for the ids. */
  const ask = async (path: string, body: Args, { ids, email }: Target, headers?: Args) => {
    const { token } = ours.members.owner;
    const sent = headers as Record<string, string> | undefined;
    const { status, text } = await rest(path, { method: "POST", body, token, headers: sent });
    const named = Object.entries(ids).reduce((all, [name, id]) => all.replaceAll(id, name), text);
    return `${status} ${named.replaceAll(email, "email")}`;
  };
  const calls = procedures.filter(({ name }) => !WITHOUT_IDS.includes(name)).flatMap(
    (procedure) => {
      const path = `rpc/${procedure.name}`;
      const [there, none] = [attacks(procedure), attacks(procedure, nowhere)];
      return [
        ...there.map((body, n) => ({ path, there: body, none: none[n] ?? {}, byHeader: false })),
        { path, there: soundCall(procedure), none: soundCall(procedure), byHeader: true },
      ];
    },
  );
  const told: string[] = [];
  await inParallel(calls, async ({ path, there, none, byHeader }) => {
    const header = ({ ids }: Target) => byHeader ? { "X-Agency-Id": ids.agency_id } : undefined;
    const [answer, expected] = [
      await ask(path, there, foreign, header(foreign)),
      await ask(path, none, nowhere, header(nowhere)),
    ];
    if (answer !== expected) {
      told.push(`${path} ${JSON.stringify(there)}:\n${answer}\n${expected}`);
    }
  });
  deepStrictEqual(told, []);
  ok(calls.length > 300, `${calls.length} calls`);
});
