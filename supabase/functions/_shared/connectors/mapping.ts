/**
 * From what a source delivers to what an import takes: a field becomes what the source's owner says,
 * else what its connector knows of it, else what its name suggests; what is left over is kept aside.
 * @module
 */

import { z } from "zod";
import { snake } from "../mapping.ts";
import type { Batch, JsonObject } from "./connector.ts";
import { DOCUMENTS, FULL_NAME, guess, LEAD_FIELDS, type LeadField, suits } from "./lead-fields.ts";
import { asTags, asText, excerpt, faultOf, isBlank, nameParts, storable } from "./values.ts";

const DOCUMENT_KEY = new RegExp(`^(${DOCUMENTS.join("|")})\\.(.{1,100})$`, "s");

/** `firstName`, `first_name`, `customFields.Seats` as SQL spells them; undefined for no field of a lead. */
function targetOf(name: string): string | undefined {
  const [head = "", ...rest] = name.split(".");
  const column = rest.length > 0 ? `${snake(head)}.${rest.join(".")}` : snake(head);
  const isField = column === FULL_NAME || LEAD_FIELDS.some((field) => field === column);
  return isField || DOCUMENT_KEY.test(column) ? column : undefined;
}

/** What a source field becomes; null leaves it out. */
const Target = z.string().refine((name) => targetOf(name) !== undefined, {
  error: "This is no field of a lead; a key of a document is written customFields.<key>.",
}).nullable();

/** The part of a config that every type has. */
export const mappingShape = {
  mapping: z.record(z.string().min(1), Target).default({}).meta({
    description: "By the source's field: the lead's field, or null to leave it out.",
    example: { "Work e-mail": "email", "Seats": "customFields.seats", "Internal id": null },
  }),
  unmapped: z.enum(["sourceData", "customFields", "ignore"]).default("sourceData").meta({
    description: "Where fields go that nothing is said about.",
  }),
};

/** What a config says of fields. */
export interface MappingConfig {
  readonly mapping: Readonly<Record<string, string | null>>;
  readonly unmapped: "sourceData" | "customFields" | "ignore";
}

/** What is not as it might be between a source's fields and a lead's. */
export interface MappingGaps {
  /** What each source field becomes; null where it is left over. */
  readonly fields: { readonly field: string; readonly target: string | null }[];
  /** Source fields that nothing is said about. */
  readonly unmapped: string[];
  /** Fields of a lead that no source field becomes. */
  readonly missing: LeadField[];
  /** Fields the mapping names and the source does not deliver. */
  readonly unknown: string[];
  /** Whether a lead made of these fields can be told from others; without it every row is rejected. */
  readonly hasIdentity: boolean;
}

/** A row as `import_job_batch` takes it. */
export interface ImportRow {
  readonly row: number;
  readonly values: JsonObject;
}

/** A rejected row as `import_job_batch` takes it. */
export interface ImportReject {
  readonly row: number;
  readonly field: string | null;
  readonly reason: string;
  readonly row_data: JsonObject;
}

/** A way into a lead, and how sure it is: lower ranks count first. */
interface Way {
  /** SQL's spelling; null: left out on purpose. */
  readonly target: string | null;
  readonly rank: number;
}

/** Said by the owner, known by the connector, guessed: in this order. */
const EXPLICIT = 0, KNOWN = 100, GUESSED = 1000;

/** Maps rows of one data source. */
export class Mapping {
  readonly #ways = new Map<string, Way | undefined>();
  readonly #explicit: ReadonlyMap<string, string | null>;
  readonly #leftover: "source_data" | "custom_fields" | null;

  /** `known` is what the connector says of its own fields, the surest of a target first. */
  constructor(config: MappingConfig, readonly known: Readonly<Record<string, string>> = {}) {
    this.#explicit = new Map(Object.entries(config.mapping));
    this.#leftover = config.unmapped === "ignore"
      ? null
      : config.unmapped === "customFields"
      ? "custom_fields"
      : "source_data";
  }

  /** What the source's fields become, and what is missing. */
  gaps(fields: readonly string[]): MappingGaps {
    const ways = fields.map((field) => ({ field, way: this.#way(field) }));
    const reached = new Set(ways.map(({ way }) => way?.target));
    const hasName = [FULL_NAME, "first_name", "last_name"].some((field) => reached.has(field));
    return {
      fields: ways.map(({ field, way }) => ({ field, target: way?.target ?? null })),
      unmapped: ways.filter(({ way }) => way === undefined).map(({ field }) => field),
      missing: LEAD_FIELDS.filter((field) =>
        !reached.has(field) &&
        !(reached.has(FULL_NAME) && (field === "first_name" || field === "last_name"))
      ),
      unknown: [...this.#explicit.keys()].filter((field) => !fields.includes(field)),
      hasIdentity: ["email", "linkedin_url", "phone"].some((field) => reached.has(field)) ||
        reached.has("company") && hasName,
    };
  }

  /** A batch as `import_job_batch` takes it; rows that cannot be stored join the rejected ones. */
  toImport(batch: Batch): { rows: ImportRow[]; rejected: ImportReject[] } {
    const rows: ImportRow[] = [];
    const rejected: ImportReject[] = batch.rejected.map(({ row, field, reason, values = {} }) => ({
      row,
      field,
      reason,
      row_data: excerpt(values),
    }));
    for (const { row, values } of batch.rows) {
      const fault = faultOf(values);
      if (fault) rejected.push({ row, ...fault, row_data: excerpt(values) });
      else rows.push({ row, values: this.toLead(values) });
    }
    return { rows, rejected: rejected.sort((a, b) => a.row - b.row) };
  }

  /** A row's values as attributes of a lead, in SQL's spelling. */
  toLead(values: Readonly<Record<string, unknown>>): JsonObject {
    const chosen = new Map<string, { field: string; value: unknown; rank: number }>();
    const documents = new Map<string, JsonObject>();
    const put = (document: string, key: string, value: unknown) => {
      const object: JsonObject = documents.get(document) ?? {};
      documents.set(document, object);
      // Defining keeps a key such as __proto__ a plain key.
      Object.defineProperty(object, key.toWellFormed(), {
        value: storable(value),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    };
    const leave = (field: string, value: unknown) => {
      if (this.#leftover) put(this.#leftover, field, value);
    };

    for (const [field, value] of Object.entries(values)) {
      if (isBlank(value)) continue;
      const way = this.#way(field);
      if (way === undefined) {
        leave(field, value);
        continue;
      }
      if (way.target === null) continue;
      const [, document, key] = DOCUMENT_KEY.exec(way.target) ?? [];
      if (document !== undefined && key !== undefined) {
        put(document, key, value);
        continue;
      }
      const other = chosen.get(way.target);
      const isWrongGuess = way.rank >= GUESSED && !suits(way.target, asText(value));
      if (isWrongGuess || other && other.rank <= way.rank) leave(field, value);
      else {
        if (other) leave(other.field, other.value);
        chosen.set(way.target, { field, value, rank: way.rank });
      }
    }
    return { ...attributes(chosen), ...Object.fromEntries(documents) };
  }

  #way(field: string): Way | undefined {
    if (!this.#ways.has(field)) this.#ways.set(field, this.#findWay(field));
    return this.#ways.get(field);
  }

  #findWay(field: string): Way | undefined {
    const explicit = this.#explicit.get(field);
    if (explicit === null) return { target: null, rank: EXPLICIT };
    if (explicit !== undefined) return { target: targetOf(explicit) ?? null, rank: EXPLICIT };
    const known = Object.keys(this.known).indexOf(field);
    if (known >= 0) return { target: this.known[field] ?? null, rank: KNOWN + known };
    const guessed = guess(field);
    return guessed && { target: guessed.target, rank: GUESSED + guessed.rank };
  }
}

/** The chosen values, each in the form its field takes. */
function attributes(chosen: ReadonlyMap<string, { value: unknown }>): JsonObject {
  const result: JsonObject = {};
  for (const [target, { value }] of chosen) {
    if (target === FULL_NAME) continue;
    if (target === "tags") result.tags = asTags(value);
    else if (target === "status" || target === "priority") {
      result[target] = asText(value).trim().toLowerCase();
    } else result[target] = asText(value);
  }
  const full = chosen.get(FULL_NAME);
  if (full && result.first_name === undefined && result.last_name === undefined) {
    Object.assign(result, nameParts(asText(full.value)));
  }
  return result;
}
