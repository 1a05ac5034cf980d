/** `/bucket`: made, listed, changed, emptied, deleted, as far as the policies on buckets let the caller. */
import type { TransactionSql } from "postgres";
import { countOf, type Handler, readBody, type StorageContext, textOf } from "./context.ts";
import { findBucket } from "./database.ts";
import { refused, StorageError } from "./errors.ts";
import { checkBucketName, checkMimeTypes, fileSize } from "./names.ts";

const COLUMNS = [
  "id",
  "name",
  "owner",
  "public",
  "created_at",
  "updated_at",
  "file_size_limit",
  "allowed_mime_types",
];

/** POST /bucket */
export const create: Handler = async (context) => {
  const body = await readBody(context);
  const name = textOf(body, "name");
  const id = body.id === undefined ? name : textOf(body, "id");
  checkBucketName(name);
  checkBucketName(id);
  if (body.type !== undefined && body.type !== "STANDARD") {
    throw new StorageError(409, "FeatureNotEnabled", "Only standard buckets are imitated");
  }
  const { sub = null } = context.claims;
  const row = { id, name, owner: sub, owner_id: sub, public: false, ...settings(context, body) };
  await context.database.as(context, async (tx) => {
    try {
      await tx`insert into storage.buckets ${tx(row)}`;
    } catch (error) {
      if ((error as { code?: string }).code === "23505") {
        throw refused.exists("BucketAlreadyExists");
      }
      throw error;
    }
  });
  return Response.json({ name });
};

/** GET /bucket */
export const listAll: Handler = async (context) => {
  const query: Record<string, unknown> = Object.fromEntries(context.url.searchParams);
  for (const name of ["limit", "offset"]) if (name in query) query[name] = Number(query[name]);
  const limit = query.limit === undefined ? null : countOf(query, "limit", 1);
  const offset = countOf(query, "offset", 0, 0);
  const { sortColumn = "name", sortOrder = "asc", search = "" } = query;
  if (!["id", "name", "created_at", "updated_at"].includes(String(sortColumn))) {
    throw refused.badRequest(
      "querystring/sortColumn must be one of id, name, created_at, updated_at",
    );
  }
  const rows = await context.database.as(
    context,
    (tx) =>
      tx`select ${tx(COLUMNS)}, type from storage.buckets
        where position(lower(${String(search)}) in lower(name)) > 0
        order by ${tx(String(sortColumn))} ${tx.unsafe(sortOrder === "desc" ? "desc" : "asc")}
        limit ${limit} offset ${offset}`,
  );
  return Response.json(rows);
};

/** GET /bucket/:bucket */
export const read: Handler = async (context) => {
  return Response.json(await context.database.as(context, (tx) => visible(tx, context.bucket)));
};

/** PUT /bucket/:bucket */
export const change: Handler = async (context) => {
  const changes = settings(context, await readBody(context));
  if (Object.keys(changes).length === 0) throw refused.badRequest("No content provided");
  await context.database.as(context, async (tx) => {
    const { count } = await tx`
      update storage.buckets set ${tx({ ...changes, updated_at: new Date() })}
       where id = ${context.bucket}`;
    if (count === 0) throw refused.bucketMissing();
  });
  return Response.json({ message: "Successfully updated" });
};

/** POST /bucket/:bucket/empty: who sees the bucket empties it, as on hosted. */
export const empty: Handler = async (context) => {
  await context.database.as(context, (tx) => visible(tx, context.bucket));
  const removed = await context.database.asService((tx) =>
    tx<{ version: string | null }[]>`
      delete from storage.objects where bucket_id = ${context.bucket} returning version`
  );
  await context.files.remove(removed.map((object) => object.version));
  return Response.json({
    message: "Empty bucket has been queued. Completion may take up to an hour.",
  });
};

/** DELETE /bucket/:bucket */
export const remove: Handler = async (context) => {
  const { database, bucket } = context;
  await findBucket(database, bucket);
  const [left] = await database.asService((tx) =>
    tx`select from storage.objects where bucket_id = ${bucket} limit 1`
  );
  if (left) {
    const message = "The bucket you tried to delete is not empty";
    throw new StorageError(409, "ResourceNotEmpty", message);
  }
  const { count } = await database.as(
    context,
    (tx) => tx`delete from storage.buckets where id = ${bucket}`,
  );
  if (count === 0) throw refused.bucketMissing();
  return Response.json({ message: "Successfully deleted" });
};

async function visible(tx: TransactionSql, id: string) {
  const [bucket] = await tx`select ${tx(COLUMNS)} from storage.buckets where id = ${id}`;
  if (!bucket) throw refused.bucketMissing();
  return bucket;
}

/** The settings that the body names, checked. */
function settings(context: StorageContext, body: Record<string, unknown>) {
  const changes: {
    public?: boolean;
    file_size_limit?: number | null;
    allowed_mime_types?: string[] | null;
  } = {};
  if (body.public !== undefined) {
    if (typeof body.public !== "boolean") throw refused.badRequest("body/public must be boolean");
    changes.public = body.public;
  }
  const { file_size_limit: size, allowed_mime_types: types } = body;
  if (size !== undefined) changes.file_size_limit = size === null ? null : fileSize(size);
  if ((changes.file_size_limit ?? 0) > context.fileSizeLimit) throw refused.tooLarge();
  if (types !== undefined) {
    if (
      types !== null && !(Array.isArray(types) && types.every((one) => typeof one === "string"))
    ) {
      throw refused.badRequest("body/allowed_mime_types must be a list of strings");
    }
    const given = types?.filter(Boolean) ?? null;
    if (given) checkMimeTypes(given);
    changes.allowed_mime_types = given;
  }
  return changes;
}
