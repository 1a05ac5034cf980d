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

/** Who a list of permissions and keywords lets in, in words. */
function inWords(allow: string[]): string {
  const keywords: Record<string, string> = {
    anyone: "anyone, signed in or not",
    signed_in: "whoever is signed in",
    member: "every active member",
    self: "every member, for what is their own",
  };
  return allow.map((entry) => keywords[entry] ?? `\`${entry}\``).join(" or ") || "nobody";
}

function documentation({ permissions, roles, objects }: Access): string {
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

## Who sees which rows

Of their own agencies; nobody sees another's. The secret key reads everything.

${row(["Table or view", "All rows", "Some rows"])}
${row(["---", "---", "---"])}
${
    Object.entries(objects.relations).sort().map(([name, { all, some }]) =>
      row([`\`${name}\``, inWords(all), some ? inWords(some) : ""])
    ).join("\n")
  }

## Who may call what

Names in braces are examples of what a call is about: \`{Launch}\` is a campaign of the caller's
own client and \`{assigned lead}\` one of its leads, assigned to the caller; \`{Own}\` and its \`{loose lead}\`
are neither.

${row(["Call", "Who may"])}
${row(["---", "---"])}
${
    Object.entries(objects.procedures).sort().flatMap(([, cases]) =>
      cases.map(({ call, allow, foreign }) =>
        row([
          `\`${call}\``,
          allow.length || foreign !== "allowed" ? inWords(allow) : "whom it invites",
        ])
      )
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
