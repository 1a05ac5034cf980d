/** `/storage/v1`: the endpoints of storage-api that supabase-js uses. */
import { claimsOf, type Credentials, type Keys, TokenError } from "../keys.ts";
import * as buckets from "./buckets.ts";
import type { Handler } from "./context.ts";
import { openStorageDatabase } from "./database.ts";
import { refused, StorageError, storageErrorResponse } from "./errors.ts";
import { openFiles } from "./files.ts";
import { list, listV2 } from "./list.ts";
import { checkBucketName } from "./names.ts";
import * as objects from "./objects.ts";
import * as read from "./read.ts";

/** The local Storage of one database and folder. */
export interface StorageApi {
  handle(request: Request, credentials: Credentials): Promise<Response>;
  /** Removes the files that no row names; not to be called on a database that is shared. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Answered to everyone: a token in the URL, or a public bucket, is enough. */
const OPEN: [string, Handler][] = [
  ["GET /object/public/:bucket/*", read.downloadPublic],
  ["HEAD /object/public/:bucket/*", read.downloadPublic],
  ["GET /object/info/public/:bucket/*", read.infoPublic],
  ["GET /object/sign/:bucket/*", read.downloadSigned],
  ["PUT /object/upload/sign/:bucket/*", objects.uploadSigned],
];

/** Answered to everyone, who without a valid token sees public buckets alone. */
const PUBLIC_OR_CALLER: [string, Handler][] = [
  ["GET /object/info/:bucket/*", read.info],
  ["GET /object/:bucket/*", read.download],
  ["HEAD /object/:bucket/*", read.download],
];

/** Answered to whoever comes with a token or a key. The first that matches counts. */
const FOR_CALLERS: [string, Handler][] = [
  ["GET /bucket", buckets.listAll],
  ["POST /bucket", buckets.create],
  ["GET /bucket/:bucket", buckets.read],
  ["PUT /bucket/:bucket", buckets.change],
  ["DELETE /bucket/:bucket", buckets.remove],
  ["POST /bucket/:bucket/empty", buckets.empty],
  ["POST /object/move", objects.move],
  ["POST /object/copy", objects.copy],
  ["POST /object/list/:bucket", list],
  ["POST /object/list-v2/:bucket", listV2],
  ["POST /object/sign/:bucket", read.signMany],
  ["POST /object/sign/:bucket/*", read.signOne],
  ["POST /object/upload/sign/:bucket/*", objects.signUpload],
  ["GET /object/info/authenticated/:bucket/*", read.info],
  ["GET /object/authenticated/:bucket/*", read.download],
  ["HEAD /object/authenticated/:bucket/*", read.download],
  ["DELETE /object/:bucket", objects.removeMany],
  ["DELETE /object/:bucket/*", objects.removeOne],
  ["POST /object/:bucket/*", objects.upload],
  ["PUT /object/:bucket/*", objects.update],
];

interface Route {
  pattern: RegExp;
  handler: Handler;
  access: "open" | "public or caller" | "caller";
}

const routes = (list: [string, Handler][], access: Route["access"]): Route[] =>
  list.map(([path, handler]) => ({
    pattern: new RegExp(
      `^${path.replace(":bucket", "(?<bucket>[^/]+)").replace("*", "(?<key>.+)")}/?$`,
    ),
    handler,
    access,
  }));

const ROUTES = [
  ...routes(OPEN, "open"),
  ...routes(FOR_CALLERS, "caller"),
  ...routes(PUBLIC_OR_CALLER, "public or caller"),
];

/** Opens Storage; `url` logs in as supabase_storage_admin, `folder` is where files are kept. */
export function openStorage(
  url: string,
  folder: string,
  options: { keys: Keys; fileSizeLimit: number },
): StorageApi {
  const database = openStorageDatabase(url);
  const files = openFiles(folder);
  const { keys } = options;

  async function route(request: Request, credentials: Credentials): Promise<Response> {
    const url = new URL(request.url);
    const path = `${request.method} ${url.pathname.replace("/storage/v1", "")}`;
    for (const { pattern, handler, access } of ROUTES) {
      const match = pattern.exec(path);
      if (!match) continue;
      const { bucket = "", key = "" } = match.groups ?? {};
      const context = {
        ...options,
        database,
        files,
        request,
        url,
        bucket: decoded(bucket),
        key: decoded(key),
        ...await caller(credentials, access),
      };
      if (bucket) checkBucketName(context.bucket);
      return await handler(context);
    }
    const message = `Route ${path.replace(" ", ":")} not found`;
    return Response.json({ message, error: "Not Found", statusCode: 404 }, { status: 404 });
  }

  async function caller(credentials: Credentials, access: Route["access"]) {
    const nobody = { claims: { role: "anon" }, authenticated: false };
    if (access === "open") return nobody;
    const optional = access === "public or caller";
    if (!credentials.token && !credentials.keyRole) {
      if (optional) return nobody;
      throw refused.denied("headers must have required property 'authorization'");
    }
    try {
      return { claims: await claimsOf(credentials, keys), authenticated: true };
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      if (optional) return nobody;
      throw refused.denied(
        error.message === "JWT expired"
          ? '"exp" claim timestamp check failed'
          : "signature verification failed",
      );
    }
  }

  return {
    async handle(request, credentials) {
      try {
        return await route(request, credentials);
      } catch (error) {
        if (error instanceof StorageError) return storageErrorResponse(error);
        console.error("Storage:", error);
        return storageErrorResponse(
          new StorageError(500, "InternalError", "Internal Server Error"),
        );
      }
    },
    async sweep() {
      const rows = await database.asService((tx) =>
        tx<{ version: string }[]>`
          select o.version from storage.objects as o where o.version is not null`
      );
      await files.sweep(new Set(rows.map((row) => row.version)));
    },
    close: () => database.close(),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refused.badKey(part);
  }
}
