/** Objects are written: uploaded, replaced, copied. */
import type { TransactionSql } from "postgres";
import type { StorageContext } from "./context.ts";
import { findBucket, type ObjectMetadata } from "./database.ts";
import { refused } from "./errors.ts";
import type { ReceivedFile } from "./files.ts";
import { incomingFile } from "./incoming.ts";
import { checkKey, checkMimeType } from "./names.ts";

/** A row to be written. */
export interface NewObject {
  bucket: string;
  name: string;
  /** May replace the object of that name. */
  upsert: boolean;
  /** The user whose object it is. */
  owner: string | undefined;
  metadata: Partial<ObjectMetadata>;
  userMetadata: Record<string, unknown> | null;
}

/** Takes the file of the request in; `permit` throws where the caller may not write the row. */
export async function receiveObject(
  context: StorageContext,
  target: Pick<NewObject, "bucket" | "name" | "upsert" | "owner">,
  permit: (object: NewObject) => Promise<void>,
): Promise<string> {
  checkKey(target.name);
  const bucket = await findBucket(context.database, target.bucket);
  const incoming = await incomingFile(context.request);
  checkMimeType(incoming.mimeType, bucket.allowed_mime_types);
  const limit = Math.min(bucket.file_size_limit ?? Infinity, context.fileSizeLimit);
  if (incoming.length !== null && incoming.length > limit) throw refused.tooLarge();
  const object: NewObject = {
    ...target,
    metadata: { mimetype: incoming.mimeType, contentLength: incoming.length ?? undefined },
    userMetadata: incoming.userMetadata,
  };
  await permit(object);
  const file = await context.files.receive(incoming.bytes, limit);
  const { mimeType: mimetype, cacheControl } = incoming;
  return await storeFile(context, file, { ...object, metadata: { mimetype, cacheControl } });
}

/** Throws unless the caller may write the row; writes nothing. */
export async function checkWritable(context: StorageContext, object: NewObject): Promise<void> {
  await context.database.tryAs(context, (tx) => writeRow(tx, object, "1"));
}

/** Makes a received file the object: row and file together, or neither. Answers the row's id. */
export async function storeFile(
  { database, files }: StorageContext,
  file: ReceivedFile,
  object: NewObject,
): Promise<string> {
  const version = crypto.randomUUID();
  const metadata = {
    eTag: file.eTag,
    size: file.size,
    ...object.metadata,
    lastModified: new Date().toISOString(),
    contentLength: file.size,
    httpStatusCode: 200,
  };
  try {
    const { id, replaced } = await database.asService(async (tx) => {
      // Two writers of one name: the second one sees what the first one left, and removes its file.
      await tx`
        select pg_advisory_xact_lock(hashtextextended(${`${object.bucket}/${object.name}`}, 0))`;
      const [before] = await tx<{ version: string | null }[]>`
        select o.version from storage.objects as o
         where o.bucket_id = ${object.bucket} and o.name = ${object.name}`;
      const id = await writeRow(tx, { ...object, metadata }, version);
      await files.keep(file, version);
      return { id, replaced: before?.version ?? null };
    });
    await files.remove([replaced]);
    return id;
  } catch (error) {
    await files.discard(file);
    await files.remove([version]);
    throw error;
  }
}

/** Writes the row as `tx`'s role; without upsert a name that is taken is refused. */
async function writeRow(tx: TransactionSql, object: NewObject, version: string): Promise<string> {
  const { bucket, name, upsert, owner } = object;
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(owner ?? "");
  const row = {
    id: crypto.randomUUID(),
    bucket_id: bucket,
    name,
    owner: isUuid ? owner ?? null : null,
    owner_id: owner ?? null,
    version,
    metadata: tx.json(object.metadata as never),
    user_metadata: object.userMetadata && tx.json(object.userMetadata as never),
  };
  if (upsert) {
    const { id: _id, ...changes } = row;
    const [written] = await tx<{ id: string }[]>`
      insert into storage.objects ${tx(row)}
      on conflict (bucket_id, name) do update set ${tx(changes)}
      returning id`;
    return written?.id ?? row.id;
  }
  try {
    // Without returning, which would ask the policies for reading, too.
    await tx`insert into storage.objects ${tx(row)}`;
  } catch (error) {
    if ((error as { code?: string }).code === "23505") throw refused.exists("KeyAlreadyExists");
    throw error;
  }
  return row.id;
}
