/** Objects are read: downloads, information, signed URLs. */
import type { TransactionSql } from "postgres";
import { countOf, type Handler, readBody, type StorageContext, textsOf } from "./context.ts";
import { findBucket, findObject, type ObjectRow } from "./database.ts";
import { refused } from "./errors.ts";
import type { ByteRange } from "./files.ts";
import { checkKey } from "./names.ts";
import { sign, verifySignature } from "./signing.ts";

/** How the caller came by the object. */
type Access = (context: StorageContext) => Promise<ObjectRow>;

const service = (context: StorageContext, find: (tx: TransactionSql) => Promise<ObjectRow>) =>
  context.database.asService(find);

/** Everyone reads public buckets; the rest is up to the policies. */
const asCaller: Access = async (context) => {
  const { database, bucket, key, authenticated } = context;
  checkKey(key);
  const found = await findBucket(database, bucket);
  if (!found.public && !authenticated) throw refused.bucketMissing();
  const find = (tx: TransactionSql) => findObject(tx, bucket, key);
  return found.public ? await service(context, find) : await database.as(context, find);
};

const asAnyone: Access = async (context) => {
  checkKey(context.key);
  const found = await findBucket(context.database, context.bucket);
  if (!found.public) throw refused.bucketMissing();
  return await service(context, (tx) => findObject(tx, context.bucket, context.key));
};

/** GET and HEAD /object/:bucket/*, /object/authenticated/:bucket/* */
export const download: Handler = (context) => send(context, asCaller);

/** GET and HEAD /object/public/:bucket/* */
export const downloadPublic: Handler = (context) => send(context, asAnyone);

/** GET /object/sign/:bucket/*?token= */
export const downloadSigned: Handler = async (context) => {
  const { exp } = await verifySignature(context, "download");
  const expires = new Date(exp * 1000).toUTCString();
  const find: Access = () => service(context, (tx) => findObject(tx, context.bucket, context.key));
  return await send(context, find, expires);
};

/** GET /object/info/:bucket/*, /object/info/authenticated/:bucket/* */
export const info: Handler = async (context) => describe(await asCaller(context));

/** GET /object/info/public/:bucket/* */
export const infoPublic: Handler = async (context) => describe(await asAnyone(context));

/** POST /object/sign/:bucket/* */
export const signOne: Handler = async (context) => {
  const { database, bucket, key } = context;
  checkKey(key);
  const seconds = countOf(await readBody(context), "expiresIn", 1);
  await database.as(context, (tx) => findObject(tx, bucket, key));
  return Response.json({ signedURL: await signedUrl(context, key, seconds) });
};

/** POST /object/sign/:bucket, with a list of names. */
export const signMany: Handler = async (context) => {
  const body = await readBody(context);
  const seconds = countOf(body, "expiresIn", 1);
  const paths = textsOf(body, "paths");
  const rows = await context.database.as(context, (tx) =>
    tx<{ name: string }[]>`
      select o.name from storage.objects as o
       where o.bucket_id = ${context.bucket} and o.name = any (${paths}::text[])`);
  const seen = new Set(rows.map((row) => row.name));
  const missing = "Either the object does not exist or you do not have access to it";
  return Response.json(
    await Promise.all(paths.map(async (path) => ({
      error: seen.has(path) ? null : missing,
      path,
      signedURL: seen.has(path) ? await signedUrl(context, path, seconds) : null,
    }))),
  );
};

async function signedUrl(context: StorageContext, key: string, seconds: number): Promise<string> {
  const url = `${context.bucket}/${key}`;
  return `/object/sign/${url}?token=${await sign(context, { url, scope: "download" }, seconds)}`;
}

function describe(object: ObjectRow): Response {
  const { id, name, version, bucket_id, metadata, user_metadata, updated_at, created_at } = object;
  return Response.json({
    id,
    name,
    version,
    bucket_id,
    size: metadata?.size ?? null,
    content_type: metadata?.mimetype ?? null,
    cache_control: metadata?.cacheControl ?? null,
    etag: metadata?.eTag ?? null,
    metadata: user_metadata,
    last_modified: updated_at,
    created_at,
  });
}

async function send(context: StorageContext, find: Access, expires?: string): Promise<Response> {
  const object = await find(context);
  const { metadata, version } = object;
  if (!metadata || !version) throw refused.objectMissing();
  const { request } = context;
  const headers = headersOf(context, object, expires);
  if (isFresh(request, metadata.eTag, metadata.lastModified)) {
    return new Response(null, { status: 304, headers });
  }
  const asked = request.headers.get("range");
  const range = asked === null ? undefined : rangeOf(asked, metadata.size);
  if (range) headers.set("content-range", `bytes ${range.start}-${range.end}/${metadata.size}`);
  headers.set("content-length", `${range ? range.end - range.start + 1 : metadata.size}`);
  const status = range ? 206 : 200;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const body = await context.files.open(version, range);
  if (body) return new Response(body, { status, headers });
  // Replaced between the row and the file: the new row names the new file.
  const again = await find(context);
  if (again.version === version) throw refused.objectMissing();
  return await send(context, find, expires);
}

function headersOf(context: StorageContext, { metadata }: ObjectRow, expires?: string): Headers {
  const mimetype = metadata?.mimetype ?? "application/octet-stream";
  const headers = new Headers({
    "accept-ranges": "bytes",
    // A page from here would run as the project's own.
    "content-type": mimetype.includes("text/html") ? "text/plain" : mimetype,
    etag: metadata?.eTag ?? "",
    "last-modified": new Date(metadata?.lastModified ?? 0).toUTCString(),
    "x-robots-tag": "none",
  });
  if (expires) headers.set("expires", expires);
  else headers.set("cache-control", metadata?.cacheControl ?? "no-cache");
  const name = context.url.searchParams.get("download");
  if (name !== null) {
    const encoded = encodeURIComponent(name);
    headers.set(
      "content-disposition",
      name ? `attachment; filename=${encoded}; filename*=UTF-8''${encoded}` : "attachment;",
    );
  }
  return headers;
}

function isFresh(request: Request, eTag: string, lastModified: string): boolean {
  const known = request.headers.get("if-none-match");
  if (known !== null) {
    return known.split(",").some((one) => ["*", eTag].includes(one.trim().replace(/^W\//, "")));
  }
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  // HTTP dates have whole seconds.
  return Math.floor(Date.parse(lastModified) / 1000) * 1000 <= since;
}

/** One range of bytes, as asked for; throws where it makes no sense or begins behind the end. */
function rangeOf(header: string, size: number): ByteRange {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  const last = size - 1;
  const range = from
    ? { start: Number(from), end: to ? Math.min(Number(to), last) : last }
    : { start: Math.max(size - Number(to), 0), end: last };
  if ((!from && !Number(to)) || range.start > range.end) throw refused.badRange();
  return range;
}
