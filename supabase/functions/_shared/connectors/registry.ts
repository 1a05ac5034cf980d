/**
 * Every kind of data source, and a data source made ready for its connector.
 * @module
 */

import type { z } from "zod";
import { refusalOf, type UrlPolicy } from "../net/urls.ts";
import { detailsOf } from "../validation.ts";
import { api } from "./api/api.ts";
import { apollo } from "./apollo/apollo.ts";
import type { Connector, ConnectorContext, JsonObject, Source } from "./connector.ts";
import { csv } from "./csv/csv.ts";
import { SourceError } from "./errors.ts";
import { linkedin } from "./linkedin/linkedin.ts";
import { Mapping, type MappingConfig, type MappingGaps, mappingShape } from "./mapping.ts";
import { storable } from "./values.ts";
import { zoominfo } from "./zoominfo/zoominfo.ts";

const CONNECTORS: readonly Connector[] = [csv, api, apollo, zoominfo, linkedin];

/** The connector of a kind of data source, if there is one. */
export function connectorOf(type: string): Connector | undefined {
  return CONNECTORS.find((connector) => connector.type === type);
}

/** A data source as it is stored, its credentials opened. */
export interface SourceSettings {
  readonly type: string;
  readonly config: unknown;
  readonly credentials: unknown;
  /** Requests a minute. */
  readonly rateLimit: number | null;
  /** What a job says for itself. */
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What is wrong with a setting. */
export interface SettingFault {
  /** Dotted, beginning with `type`, `config` or `credentials`. */
  readonly path: string;
  readonly message: string;
}

/** A data source ready to be read. */
export interface OpenSource {
  readonly connector: Connector;
  readonly source: Source;
  readonly mapping: Mapping;
}

/** What is wrong with a data source's settings, as far as they are given. */
export function settingFaults(
  { type, config, credentials }: Pick<SourceSettings, "type"> & {
    readonly config?: unknown;
    readonly credentials?: unknown;
  },
): SettingFault[] {
  const connector = connectorOf(type);
  if (!connector) return [{ path: "type", message: "There is no such kind of data source." }];
  const faults = config === undefined ? [] : faultsIn("config", connector.configSchema, config);
  if (credentials === undefined || credentials === null) return faults;
  const { credentialsSchema } = connector;
  return credentialsSchema
    ? [...faults, ...faultsIn("credentials", credentialsSchema, credentials)]
    : [...faults, { path: "credentials", message: "This kind of data source takes none." }];
}

function faultsIn(root: string, schema: z.ZodType, value: unknown): SettingFault[] {
  const { error } = schema.safeParse(value ?? {});
  return detailsOf(error).map(({ path, message }) => ({
    path: [root, path].filter(Boolean).join("."),
    message,
  }));
}

/**
 * What keeps a config's URLs from being requested, as far as they say so themselves. Where names lead
 * is looked at when they are requested.
 */
export function urlFaults(
  { type, config }: Pick<SourceSettings, "type"> & { readonly config?: unknown },
  policy: UrlPolicy,
): SettingFault[] {
  const connector = connectorOf(type);
  const parsed = connector?.configSchema.safeParse(config);
  if (!parsed?.success) return [];
  return Object.entries(connector?.urls?.(parsed.data) ?? {}).flatMap(([path, url]) => {
    const message = refusalOf(url, policy);
    return message === null ? [] : [{ path: `config.${path}`, message }];
  });
}

/** Makes a stored data source ready; throws SourceError `invalid_config` or `unauthorized`. */
export function openSource({ params = {}, ...settings }: SourceSettings): OpenSource {
  const connector = connectorOf(settings.type);
  if (!connector) throw new SourceError("invalid_config", "There is no such kind of data source.");
  const allowed = [...connector.jobParams, ...Object.keys(mappingShape)];
  const foreign = Object.keys(params).find((name) => !allowed.includes(name));
  if (foreign !== undefined) {
    throw new SourceError("invalid_config", `params.${foreign}: a job cannot set this.`);
  }
  const merged = { ...Object(settings.config), ...params };
  const [fault] = settingFaults({ type: settings.type, config: merged });
  if (fault) throw new SourceError("invalid_config", `${fault.path}: ${fault.message}`);
  const config = connector.configSchema.parse(merged);
  const credentials = connector.credentialsSchema?.safeParse(settings.credentials ?? {});
  if (credentials?.success === false) {
    throw new SourceError("unauthorized", "The credentials are missing or incomplete.");
  }
  return {
    connector,
    source: { config, credentials: credentials?.data ?? null, rateLimit: settings.rateLimit },
    mapping: new Mapping(config as MappingConfig, connector.knownFields(config)),
  };
}

/** What a connection test found. */
export interface ConnectionReport {
  readonly latencyMs: number;
  /** How many rows a run would read, as far as is known. */
  readonly total: number | null;
  /** Some rows as they come, and as the leads they would become. */
  readonly sample: {
    readonly row: number;
    readonly values: JsonObject;
    readonly lead: JsonObject;
  }[];
  readonly gaps: MappingGaps;
}

/** Tries a data source with as little as possible. Throws SourceError and RateLimited. */
export async function testConnection(
  { connector, source, mapping }: OpenSource,
  context: ConnectorContext,
): Promise<ConnectionReport> {
  const begun = context.now();
  const { sample, total, fields } = await connector.test(source, context);
  const latencyMs = Math.round(context.now() - begun);
  const leads = mapping.toImport({ rows: sample, rejected: [], checkpoint: {}, total });
  return {
    latencyMs,
    total,
    sample: leads.rows.map(({ row, values: lead }) => ({
      row,
      values: storable(sample.find((one) => one.row === row)?.values) as JsonObject,
      lead,
    })),
    gaps: mapping.gaps(fields),
  };
}
