import { deepStrictEqual, ok } from "node:assert/strict";
import postgres from "postgres";
import { foundAgency } from "./_agency.ts";
import { busyAgency, withoutTrace } from "./_isolation.ts";
import { client, stack } from "./_support.ts";

interface Procedure {
  name: string;
  required: string[];
  ids: { name: string; isList: boolean }[];
}

/** Every procedure a signed-in user may call that takes an id, from the catalogue. */
async function proceduresById(): Promise<Procedure[]> {
  const sql = postgres(stack.dbUrl, { max: 1 });
  try {
    return await sql<Procedure[]>`
      select p.proname as name,
             coalesce(jsonb_agg(a.name) filter (where a.n <= p.pronargs - p.pronargdefaults), '[]')
               as required,
             jsonb_agg(jsonb_build_object('name', a.name, 'isList', a.type = 'uuid[]'::regtype))
               filter (where a.type in ('uuid'::regtype, 'uuid[]'::regtype)) as ids
        from pg_catalog.pg_proc as p
       cross join lateral unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[])
               with ordinality as a (name, type, n)
       where p.pronamespace = 'public'::regnamespace
         and has_function_privilege('authenticated', p.oid, 'execute')
         and not exists (select from pg_catalog.pg_depend as d where d.objid = p.oid and d.deptype = 'e')
       group by p.oid
      having bool_or(a.type in ('uuid'::regtype, 'uuid[]'::regtype))
       order by p.proname`;
  } finally {
    await sql.end();
  }
}

/** Values for arguments that name nothing of an agency. */
const SAMPLES: Record<string, unknown> = {
  attributes: { email: "planted@example.org" },
  rows: [{ email: "planted@example.org" }],
  changes: { name: "Taken" },
  email: "planted@example.org",
  name: "Planted",
  status: "active",
  roles: ["owner"],
  score: 5,
  type: "note",
  permissions: ["leads.read"],
  permission: "leads.read",
  effect: "allow",
  at: new Date().toISOString(),
};

Deno.test("no procedure opens another agency's ids to supabase-js", async () => {
  const [intruder, target] = await Promise.all([foundAgency(), busyAgency()]);
  const ids: Record<string, unknown> = {
    agency_id: target.agency.id,
    campaign_id: target.campaignId,
    lead_id: target.leadId,
    lead_ids: [target.leadId, target.deletedLeadId],
    client_id: target.clientId,
    user_id: target.sales.id,
    invitation_id: target.invitation.id,
    assigned_to: target.sales.id,
    api_key_id: target.apiKey.id,
    entity_id: target.leadId,
    actor_id: target.sales.id,
    role: target.role.role,
  };
  const procedures = await proceduresById();
  ok(procedures.length > 30);
  const supabase = client(intruder.owner.token);
  await withoutTrace(target.agency, async () => {
    for (const procedure of procedures) {
      const args = Object.fromEntries(
        [...procedure.required, ...procedure.ids.map(({ name }) => name)]
          .map((name) => [name, ids[name] ?? SAMPLES[name] ?? intruder.owner.email]),
      );
      for (const { name } of procedure.ids) ok(ids[name], `${procedure.name}: what is ${name}?`);
      const { data, error, status } = await supabase.rpc(procedure.name, args);
      const said = `${procedure.name} ${JSON.stringify({ args, data, error })}`;
      if (error?.message === "staff_required") continue;
      deepStrictEqual([status, error?.code], [404, "PT404"], said);
      ok(error?.message.endsWith("_not_found"), said);
    }
  });
});
