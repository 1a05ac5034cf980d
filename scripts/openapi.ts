/**
 * What the tools read from the functions' declarations.
 * @module
 */

import { buildDocument } from "../supabase/functions/docs/document.ts";

/** An endpoint in one line. */
export interface OperationSummary {
  /** Unique name. */
  readonly operationId: string;
  /** HTTP method in upper case. */
  readonly method: string;
  /** Path below `/functions/v1`, parameters in braces. */
  readonly path: string;
  /** What it does. */
  readonly summary: string;
  /** Which limit it counts against. */
  readonly rateClass: string;
  /** Who may call it. */
  readonly permission: string;
}

/** The OpenAPI 3.1 document of all functions. */
export function buildOpenApi(): object {
  return buildDocument();
}

/** Every endpoint, in the document's order. */
export function listOperations(): OperationSummary[] {
  return Object.entries(buildDocument().paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      summary: operation.summary,
      rateClass: operation["x-rate-class"],
      permission: operation["x-permission"],
    }))
  );
}
