/** What storage-api accepts as names, sizes and types. */
import { refused, StorageError } from "./errors.ts";

const BUCKET = /^[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}$/;
const KEY = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]{1,1024}$/;

/** Throws unless this may name a bucket. */
export function checkBucketName(name: string): void {
  if (!BUCKET.test(name) || name.trim() !== name) {
    throw new StorageError(400, "InvalidBucketName", "Bucket name invalid", "Invalid Input");
  }
}

/**
 * Throws unless this may name an object. Names never become paths on the disk; still, segments that
 * mean another folder elsewhere (`.`, `..`, empty ones) are refused, which hosted would store.
 */
export function checkKey(key: string): void {
  if (!KEY.test(key) || key.split("/").some((part) => ["", ".", ".."].includes(part))) {
    throw refused.badKey(key);
  }
}

/** A bucket's limit as clients give it: bytes, or a text such as `20MB` (decimal units). */
export function fileSize(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i.exec(String(value)) ?? [];
  if (!amount || !unit) {
    throw refused.badRequest("Invalid file size format, hint: use 20GB / 20MB / 30KB / 3B");
  }
  return Math.round(Number(amount) * 1000 ** ["b", "kb", "mb", "gb"].indexOf(unit.toLowerCase()));
}

/** Throws unless each may stand in a bucket's list of allowed types. */
export function checkMimeTypes(types: string[]): void {
  for (const type of types) {
    if (!/^[\w.+-]+\/([\w.+-]+(;\s*charset=[\w-]+)?|\*)$/.test(type)) throw refused.mimeType(type);
  }
}

/** Throws unless the bucket takes files of this type; parameters count, as they do on hosted. */
export function checkMimeType(type: string, allowed: string[] | null): void {
  if (!allowed?.length) return;
  const [family = "", kind] = type.split("/");
  if (!kind || !allowed.some((one) => one === `${family}/${kind}` || one === `${family}/*`)) {
    throw refused.mimeType(type);
  }
}
