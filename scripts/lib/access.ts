/**
 * supabase/schemas/access.json: who may do what, from which the reference rows, the documentation and
 * the access matrix are generated.
 * @module
 */

import { join } from "node:path";
import { ROOT } from "./outputs.ts";

/** A role of the source; `*` stands for every permission and `-x` takes one away again. */
interface SourceRole {
  title: string;
  description: string;
  permissions: string[];
}

/** One write of a table that the Data API allows. */
export interface TableWrite {
  /** The columns that may be written; a deletion has none. */
  columns?: string[];
  /** A statement with fixture placeholders such as `{client}` that writes one row. */
  sql: string;
  /** Permissions of which any suffices, or a {@link Keyword}. */
  allow: string[];
  /** A statement of the same kind that nobody gets through. */
  refused?: string;
}

/** A table or view of `public` and who sees which of an agency's rows. */
export interface Relation {
  /** Which rows are the agency's; `agency_id = {agency}` where nothing else is said. */
  rows?: string;
  /** Who sees all of those rows: permissions (any suffices), or a {@link Keyword}. */
  all: string[];
  /** Who sees at least one of them but not all. */
  some?: string[];
  /** Columns that nobody can select. */
  hidden?: string[];
  insert?: TableWrite;
  update?: TableWrite;
  delete?: TableWrite;
}

/** One call of a procedure and who may make it. */
export interface ProcedureCase {
  /** An SQL expression with fixture placeholders such as `{lead}`. */
  call: string;
  /** Permissions of which any suffices, or a {@link Keyword}. */
  allow: string[];
  /**
   * What another agency's owner meets: `denied` (an error), `unchanged` (an answer that touches
   * nothing of the agency), `allowed`. Unsaid, it follows from `allow`.
   */
  foreign?: Outcome;
  /** What the secret key meets; `allowed` unless said otherwise. */
  service?: Outcome;
}

/** How a call may end. */
export type Outcome = "denied" | "unchanged" | "allowed";

/**
 * Stand-ins for a permission: any active member; any member, a suspended one too, as to what is their
 * own; anyone with a session; anyone at all.
 */
export type Keyword = "member" | "self" | "signed_in" | "anyone";

/** The source with its roles' permissions written out. */
export interface Access {
  permissions: Record<string, string>;
  roles: { role: string; title: string; description: string; permissions: string[] }[];
  objects: {
    relations: Record<string, Relation>;
    procedures: Record<string, ProcedureCase[]>;
  };
}

function expand(role: string, source: SourceRole, all: string[]): string[] {
  const held = new Set<string>();
  for (const entry of source.permissions) {
    const name = entry.replace(/^-/, "");
    if (entry !== "*" && !all.includes(name)) {
      throw new Error(`access.json: role ${role} names an unknown permission: ${name}`);
    }
    if (entry === "*") all.forEach((permission) => held.add(permission));
    else if (entry.startsWith("-")) held.delete(name);
    else held.add(name);
  }
  return all.filter((permission) => held.has(permission));
}

/** Reads and checks the source. */
export async function readAccess(): Promise<Access> {
  const source = JSON.parse(await Deno.readTextFile(join(ROOT, "supabase/schemas/access.json")));
  const all = Object.keys(source.permissions);
  const roles = Object.entries<SourceRole>(source.roles).map(([role, entry]) => ({
    role,
    title: entry.title,
    description: entry.description,
    permissions: expand(role, entry, all),
  }));
  const objects = source.objects ?? { relations: {}, procedures: {} };
  return { permissions: source.permissions, roles, objects };
}
