/**
 * Generates from supabase/schemas/access.json: the reference rows of the roles, docs/permissions.md and
 * the data of the access matrix.
 * @module
 */

import { type Access, readAccess } from "./lib/access.ts";
import { accessMatrix } from "./lib/access-matrix.ts";
import { format } from "./lib/format.ts";
import type { Outputs } from "./lib/outputs.ts";

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

function referenceRows({ permissions, roles }: Access): string {
  const rows = (lines: string[]) => lines.map((line) => `  (${line})`).join(",\n");
  const held = roles.flatMap(({ role, permissions }) =>
    permissions.map((permission) => `${quote(role)}, ${quote(permission)}`)
  );
  return `-- Generated from schemas/access.json by \`deno task gen\`; may be applied again and again.

insert into public.permissions (permission, description) values
${rows(Object.entries(permissions).map(([name, text]) => `${quote(name)}, ${quote(text)}`))}
on conflict (permission) do update set description = excluded.description;

insert into public.roles (role, title, description, position) values
${
    rows(
      roles.map(({ role, title, description }, index) =>
        `${quote(role)}, ${quote(title)}, ${quote(description)}, ${index + 1}`
      ),
    )
  }
on conflict (role) do update
  set title = excluded.title, description = excluded.description, position = excluded.position;

-- A permission taken from a role in the source is taken from it here.
delete from public.role_permissions;
insert into public.role_permissions (role, permission) values
${rows(held)};
`;
}

function documentation({ permissions, roles }: Access): string {
  const holders = roles.filter((role) => role.permissions.length > 0);
  const without = roles.filter((role) => role.permissions.length === 0).map((role) => role.role);
  const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return `# Roles and permissions

Generated from \`supabase/schemas/access.json\` by \`deno task gen\`. A member may hold several roles;
their permissions add up. A permission whose name ends in \`_assigned\` covers the leads assigned to the
member, one that ends in \`_client\` the campaigns of the client the member belongs to. Permissions are
looked up in the tables at every statement: a change takes effect at once, with the same token.

## Roles

${row(["Role", "What for"])}
${row(["---", "---"])}
${roles.map((role) => row([`\`${role.role}\``, role.description])).join("\n")}

No permission yet: ${without.map((role) => `\`${role}\``).join(", ")}.

## Who holds what

${row(["Permission", "Allows to", ...holders.map((role) => role.role)])}
${row(["---", "---", ...holders.map(() => ":-:")])}
${
    Object.entries(permissions).map(([name, text]) =>
      row([
        `\`${name}\``,
        text,
        ...holders.map((role) => role.permissions.includes(name) ? "yes" : ""),
      ])
    ).join("\n")
  }
`;
}

/** All files that come from the source. */
export async function accessOutputs(): Promise<Outputs> {
  const access = await readAccess();
  return new Map([
    ["supabase/schemas/kernel/reference.sql", referenceRows(access)],
    ["docs/permissions.md", await format(documentation(access), "md")],
    ...accessMatrix(access),
  ]);
}
