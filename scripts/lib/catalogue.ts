/** A plain dump of the catalogue, to compare two databases by. @module */

import type { Sql } from "postgres";

/** Every fact of the schemas `public` and `private` as sorted lines. */
export async function catalogue(sql: Sql): Promise<string[]> {
  const query = await Deno.readTextFile(new URL("catalogue.sql", import.meta.url));
  return (await sql.unsafe<{ line: string }[]>(query)).map(({ line }) => line);
}

/** The facts that only one of two dumps has. */
export function difference(left: string[], right: string[]): { left: string[]; right: string[] } {
  const [lefts, rights] = [new Set(left), new Set(right)];
  return {
    left: left.filter((line) => !rights.has(line)),
    right: right.filter((line) => !lefts.has(line)),
  };
}
