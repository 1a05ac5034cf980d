/**
 * The operations of the published OpenAPI document.
 * @module
 */

import { call } from "../e2e/_support.ts";

/** A JSON schema; what the document uses of it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** A parameter in path, query or header. */
export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

/** One operation with its parameters resolved. */
export interface Operation {
  operationId: string;
  method: string;
  path: string;
  /** Needs no session. */
  isOpen: boolean;
  parameters: Parameter[];
  body?: { schema: Schema; example: unknown };
  /** Media types and schemas of each documented status. */
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** The document as it is served. */
export interface Document {
  components: { schemas: Record<string, Schema>; parameters?: Record<string, Parameter> };
  operations: Operation[];
}

interface RawOperation {
  operationId: string;
  security?: unknown[];
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: Schema; example: unknown }> };
  responses: Operation["responses"];
}

/** Reads the document from the stack under test. */
export async function readDocument(): Promise<Document> {
  const { text } = await call("GET", "/docs/openapi.json");
  const { components, paths } = JSON.parse(text);
  const operations = Object.entries(paths as Record<string, Record<string, RawOperation>>)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, raw]): Operation => ({
        operationId: raw.operationId,
        method: method.toUpperCase(),
        path,
        isOpen: (raw.security ?? []).length === 0,
        parameters: (raw.parameters ?? []).map((it) =>
          "$ref" in it ? components.parameters[it.$ref.split("/").at(-1) ?? ""] : it
        ),
        body: raw.requestBody?.content["application/json"],
        responses: raw.responses,
      }))
    );
  return { components, operations };
}
