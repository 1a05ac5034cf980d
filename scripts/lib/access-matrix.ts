/** The access matrix: who may do what with every public object, as data for a pgTAP test. @module */

import type { Access } from "./access.ts";

/** The generated test file. */
export function accessMatrix(_access: Access): [string, string][] {
  return [];
}
