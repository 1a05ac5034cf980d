/** `/object`: upload, update, move, copy, remove. */
import { type Handler, readBody, type StorageContext, textOf, textsOf } from "./context.ts";
import { findBucket, findObject, type ObjectRow } from "./database.ts";
import { refused } from "./errors.ts";
import { checkBucketName, checkKey } from "./names.ts";
import { sign, verifySignature } from "./signing.ts";
import { checkWritable, receiveObject, storeFile } from "./write.ts";

/** How long a signed upload may wait, in seconds; hosted's two hours. */
const SIGNED_UPLOAD_SECONDS = 2 * 60 * 60;

const wantsUpsert = ({ request }: StorageContext) => request.headers.get("x-upsert") === "true";

/** POST /object/:bucket/* */
export const upload: Handler = (context) => write(context, wantsUpsert(context));

/** PUT /object/:bucket/* */
export const update: Handler = (context) => write(context, true);

async function write(context: StorageContext, upsert: boolean): Promise<Response> {
  const { bucket, key: name, claims } = context;
  const target = { bucket, name, upsert, owner: claims.sub };
  const id = await receiveObject(context, target, (object) => checkWritable(context, object));
  return Response.json({ Id: id, Key: `${bucket}/${name}` });
}

/** POST /object/upload/sign/:bucket/* */
export const signUpload: Handler = async (context) => {
  const { bucket, key: name, claims } = context;
  checkKey(name);
  await findBucket(context.database, bucket);
  const upsert = wantsUpsert(context);
  const object = { bucket, name, upsert, owner: claims.sub, metadata: {}, userMetadata: null };
  await checkWritable(context, object);
  const url = `${bucket}/${name}`;
  const token = await sign(
    context,
    { url, scope: "upload", owner: claims.sub, upsert },
    SIGNED_UPLOAD_SECONDS,
  );
  return Response.json({ url: `/object/upload/sign/${url}?token=${token}`, token });
};

/** PUT /object/upload/sign/:bucket/*?token= */
export const uploadSigned: Handler = async (context) => {
  const { bucket, key: name } = context;
  const { owner, upsert = false } = await verifySignature(context, "upload");
  // Who signed was allowed to; only a name taken meanwhile is a reason left to refuse.
  await receiveObject(context, { bucket, name, upsert, owner }, async () => {
    if (upsert) return;
    const [taken] = await context.database.asService((tx) =>
      tx`select from storage.objects as o where o.bucket_id = ${bucket} and o.name = ${name}`
    );
    if (taken) throw refused.exists("KeyAlreadyExists");
  });
  return Response.json({ Key: `${bucket}/${name}` });
};

/** POST /object/copy */
export const copy: Handler = async (context) => {
  const { source, from, target, name, body } = await twoPlaces(context);
  const original = await context.database.as(context, (tx) => findObject(tx, source, from));
  if (!original.version || !original.metadata) throw refused.objectMissing();
  await findBucket(context.database, target);
  const given = (body.copyMetadata === false && body.metadata || {}) as Record<string, unknown>;
  const changes = {
    ...typeof given.mimetype === "string" && { mimetype: given.mimetype },
    ...typeof given.cacheControl === "string" && { cacheControl: given.cacheControl },
  };
  const object = {
    bucket: target,
    name,
    upsert: wantsUpsert(context),
    owner: context.claims.sub,
    metadata: { ...original.metadata, ...changes },
    userMetadata: body.copyMetadata === false ? null : original.user_metadata,
  };
  await checkWritable(context, object);
  const id = await storeFile(context, await context.files.copy(original.version), object);
  return Response.json({ Id: id, Key: `${target}/${name}` });
};

/** POST /object/move: the row gets another name; its file stays where it is. */
export const move: Handler = async (context) => {
  const { source, from, target, name } = await twoPlaces(context);
  await findBucket(context.database, target);
  const moved = await context.database.as(context, async (tx) => {
    await findObject(tx, source, from);
    const [row] = await tx<ObjectRow[]>`
      update storage.objects
         set bucket_id = ${target}, name = ${name}, owner_id = ${context.claims.sub ?? null}
       where bucket_id = ${source} and name = ${from}
      returning *`;
    if (!row) throw refused.objectMissing();
    return row;
  });
  return Response.json({ message: "Successfully moved", Id: moved.id, Key: moved.name });
};

/** DELETE /object/:bucket, with a list of names: those that the caller may remove. */
export const removeMany: Handler = async (context) => {
  const names = textsOf(await readBody(context), "prefixes");
  return Response.json(await removeNamed(context, names));
};

/** DELETE /object/:bucket/* */
export const removeOne: Handler = async (context) => {
  const { bucket, key } = context;
  await context.database.asService((tx) => findObject(tx, bucket, key));
  const [removed] = await removeNamed(context, [key]);
  if (!removed) throw refused.denied("Access denied");
  return Response.json({ message: "Successfully deleted" });
};

async function removeNamed(context: StorageContext, names: string[]): Promise<ObjectRow[]> {
  const removed = await context.database.as(context, (tx) =>
    tx<ObjectRow[]>`
      delete from storage.objects
       where bucket_id = ${context.bucket} and name = any (${names}::text[])
      returning id, bucket_id, name, owner, owner_id, version, metadata, user_metadata,
                created_at, updated_at, last_accessed_at`);
  await context.files.remove(removed.map((object) => object.version));
  return removed;
}

/** Source and destination of a copy or a move. */
async function twoPlaces(context: StorageContext) {
  const body = await readBody(context);
  const source = textOf(body, "bucketId");
  const from = textOf(body, "sourceKey");
  const name = textOf(body, "destinationKey");
  const target = body.destinationBucket === undefined ? source : textOf(body, "destinationBucket");
  checkBucketName(source);
  checkBucketName(target);
  checkKey(name);
  return { body, source, from, target, name };
}
