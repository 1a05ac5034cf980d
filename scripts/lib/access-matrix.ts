/**
 * The access matrix: what every actor meets at every public object, written out from the source as the
 * data of a pgTAP test. How it is tried out stands in supabase/tests/_helpers/3_matrix.sql.
 * @module
 */

import type { Access, Keyword, ProcedureCase, Relation, TableWrite } from "./access.ts";

/**
 * The actors beside the roles: another agency's owner, a suspended owner, someone whose membership was
 * removed, someone without a session, and the secret key.
 */
const OUTSIDERS = ["foreign", "suspended", "removed"];

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const array = (texts: string[]) => `'{${texts.join(",")}}'`;
const values = (rows: string[][]) => rows.map((row) => `  (${row.join(", ")})`).join(",\n");

/** Who of the agency's roles, and of the others, a list of permissions and keywords lets in. */
function actors({ roles, permissions }: Access, allow: string[]): string[] {
  const keywords: Keyword[] = ["member", "self", "signed_in", "anyone"];
  const known = [...Object.keys(permissions), ...keywords];
  const unknown = allow.filter((entry) => !known.includes(entry));
  if (unknown.length) throw new Error(`access.json: no permission is called ${unknown.join()}`);
  const open = allow.includes("signed_in") || allow.includes("anyone");
  const members = open || allow.includes("member") || allow.includes("self");
  const inside = roles
    .filter((role) => members || allow.some((entry) => role.permissions.includes(entry)))
    .map(({ role }) => role);
  if (allow.includes("self") && !open) inside.push("suspended");
  return [...inside, ...open ? OUTSIDERS : [], ...allow.includes("anyone") ? ["anon"] : []];
}

function relationRow(access: Access, name: string, relation: Relation): string[] {
  const all = actors(access, relation.all);
  const some = actors(access, relation.some ?? []).filter((actor) => !all.includes(actor));
  return [
    quote(name),
    quote(relation.rows ?? "agency_id = {agency}"),
    array([...all, "service"]),
    array(some),
    array(relation.hidden ?? []),
    array(relation.insert?.columns ?? []),
    array(relation.update?.columns ?? []),
    String(relation.delete !== undefined),
  ];
}

function writeRows(access: Access, name: string, relation: Relation): string[][] {
  const writes: [string, TableWrite | undefined][] = [
    ["insert", relation.insert],
    ["update", relation.update],
    ["delete", relation.delete],
  ];
  return writes.flatMap(([command, write]) => {
    if (!write) return [];
    const row = (
      title: string,
      sql: string,
      allowed: string[],
    ) => [quote(title), quote(command), quote(sql), array(allowed)];
    const refused = write.refused;
    return [
      row(`${command} ${name}`, write.sql, actors(access, write.allow)),
      ...refused ? [row(`${command} ${name}, refused`, refused, [])] : [],
    ];
  });
}

function callRow(access: Access, name: string, entry: ProcedureCase): string[] {
  const allowed = actors(access, entry.allow).filter((actor) =>
    !(entry.foreign && OUTSIDERS.includes(actor))
  );
  const unchanged: string[] = [];
  if (entry.foreign === "allowed") allowed.push("foreign");
  if (entry.foreign === "unchanged") unchanged.push(...OUTSIDERS);
  if (entry.service === "unchanged") unchanged.push("service");
  if ((entry.service ?? "allowed") === "allowed") allowed.push("service");
  return [quote(name), quote(entry.call), array(allowed), array(unchanged)];
}

/** The generated test file. */
export function accessMatrix(access: Access): [string, string][] {
  const { relations, procedures } = access.objects;
  const text = `-- Generated from schemas/access.json by \`deno task gen\`.
begin;
select no_plan();

select tests.create_matrix(${array(access.roles.map(({ role }) => role))});

insert into tests.matrix_relations (relation, rows, everything, something, hidden, insertable, updatable, deletable)
values
${values(Object.entries(relations).map(([name, entry]) => relationRow(access, name, entry)))};

insert into tests.matrix_writes (title, command, statement, allowed) values
${values(Object.entries(relations).flatMap(([name, entry]) => writeRows(access, name, entry)))};

insert into tests.matrix_calls (procedure, call, allowed, unchanged) values
${
    values(
      Object.entries(procedures).flatMap(([name, cases]) =>
        cases.map((entry) => callRow(access, name, entry))
      ),
    )
  };

select tests.check_matrix_is_complete();
select tests.check_matrix_grants();
select tests.check_matrix_rows();
select tests.check_matrix_writes();
select tests.check_matrix_calls();

select * from finish();
rollback;
`;
  return [["supabase/tests/_surface/access_matrix.test.sql", text]];
}
