/** Storage's rows: read and written as the caller, under row level security, or as the service. */
import postgres, { type Sql, type TransactionSql } from "postgres";
import { plainHeaders } from "../data/context.ts";
import type { DatabaseError } from "../data/errors.ts";
import type { Claims } from "../keys.ts";
import { fromDatabase, refused } from "./errors.ts";

/** A row of storage.buckets. */
export interface BucketRow {
  id: string;
  public: boolean;
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
}

/** What `storage.objects.metadata` says about the bytes. */
export interface ObjectMetadata {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
}

/** A row of storage.objects. */
export interface ObjectRow {
  id: string;
  bucket_id: string;
  name: string;
  version: string | null;
  metadata: ObjectMetadata | null;
  user_metadata: Record<string, unknown> | null;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
}

/** Who a piece of work is done as. */
export interface Caller {
  request: Request;
  url: URL;
  claims: Claims;
}

/** Work in one transaction. */
export type Work<T> = (tx: TransactionSql) => Promise<T>;

/** Storage's connection. */
export interface StorageDatabase {
  /** Does the work as the caller: role, claims and headers as hosted sets them for policies. */
  as<T>(caller: Caller, work: Work<T>): Promise<T>;
  /** Does the work past row level security. */
  asService<T>(work: Work<T>): Promise<T>;
  /** Does the work as the caller and takes it back: throws if it was not allowed. */
  tryAs(caller: Caller, work: Work<unknown>): Promise<void>;
  close(): Promise<void>;
}

class TakenBack extends Error {}

/** Opens Storage's connections; `url` logs in as supabase_storage_admin. */
export function openStorageDatabase(url: string): StorageDatabase {
  const sql = postgres(url, {
    max: 8,
    onnotice: () => {},
    // Sizes are bigint in the tables and exact as numbers.
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
  });

  const asCaller = <T>({ request, url, claims }: Caller, work: Work<T>) =>
    inTransaction(sql, {
      role: claims.role,
      "request.jwt.claims": JSON.stringify(claims),
      "request.jwt.claim.role": claims.role,
      "request.jwt.claim.sub": claims.sub ?? "",
      "request.headers": JSON.stringify(plainHeaders(request.headers)),
      "request.method": request.method,
      "request.path": url.pathname,
    }, work);

  return {
    as: asCaller,
    asService: (work) => inTransaction(sql, { role: "service_role" }, work),
    async tryAs(caller, work) {
      try {
        await asCaller(caller, async (tx) => {
          await work(tx);
          throw new TakenBack();
        });
      } catch (error) {
        if (!(error instanceof TakenBack)) throw error;
      }
    },
    close: () => sql.end({ timeout: 5 }),
  };
}

async function inTransaction<T>(
  sql: Sql,
  settings: Record<string, string>,
  work: Work<T>,
): Promise<T> {
  const all = Object.entries({ ...settings, "storage.allow_delete_query": "true" });
  const calls = all.map(([name], index) => `set_config('${name}', $${index + 1}, true)`);
  try {
    return await sql.begin(async (tx) => {
      await tx.unsafe(`select ${calls.join(", ")}`, all.map(([, value]) => value));
      return await work(tx);
    }) as T;
  } catch (error) {
    throw error instanceof postgres.PostgresError ? fromDatabase(error as DatabaseError) : error;
  }
}

/** The bucket past row level security, as every method on objects looks it up; throws if none. */
export async function findBucket(database: StorageDatabase, id: string): Promise<BucketRow> {
  const [bucket] = await database.asService((tx) =>
    tx<BucketRow[]>`
      select b.id, b.public, b.file_size_limit, b.allowed_mime_types
        from storage.buckets as b where b.id = ${id}`
  );
  if (!bucket) throw refused.bucketMissing();
  return bucket;
}

/** The object as `tx`'s role sees it; throws if it sees none. */
export async function findObject(
  tx: TransactionSql,
  bucket: string,
  name: string,
): Promise<ObjectRow> {
  const [object] = await tx<ObjectRow[]>`
    select o.id, o.bucket_id, o.name, o.version, o.metadata, o.user_metadata,
           o.created_at, o.updated_at, o.last_accessed_at
      from storage.objects as o
     where o.bucket_id = ${bucket} and o.name = ${name}`;
  if (!object) throw refused.objectMissing();
  return object;
}
