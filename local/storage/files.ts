/**
 * The bytes of objects, on disk. A file is called by its row's version, a uuid of our own, so that no
 * name that anybody gives ever becomes a path. Bytes are received under a temporary name; the file
 * gets its own as the last act of the transaction that writes its row: a row always has its file, and
 * a file without a row is removed at the next start.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { refused } from "./errors.ts";

/** Bytes that arrived and wait for their row. */
export interface ReceivedFile {
  path: string;
  size: number;
  /** As S3 makes it of one piece: the MD5 sum in quotes. */
  eTag: string;
}

/** A part of a file. */
export interface ByteRange {
  start: number;
  /** Inclusive. */
  end: number;
}

/** The folder of files. */
export interface Files {
  /** Takes bytes in; throws {@link refused.tooLarge} beyond `limit` and leaves nothing behind. */
  receive(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<ReceivedFile>;
  /** Makes received bytes the file of a version. */
  keep(file: ReceivedFile, version: string): Promise<void>;
  /** Removes received bytes that nobody kept. */
  discard(file: ReceivedFile): Promise<void>;
  /** A copy of a version's file, as if it had just been received. */
  copy(version: string): Promise<ReceivedFile>;
  /** The bytes of a version, or null when there is no such file. */
  open(version: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null>;
  /** Removes the files of these versions, those that are there. */
  remove(versions: (string | null)[]): Promise<void>;
  /** Removes what an ended process left: temporary files, and versions not in `known`. */
  sweep(known: Set<string>): Promise<void>;
}

const VERSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opens the folder, which may be missing. */
export function openFiles(folder: string): Files {
  const temporary = join(folder, "receiving");

  function pathOf(version: string): string {
    if (!VERSION.test(version)) throw refused.objectMissing();
    return join(folder, version.slice(0, 2), version);
  }

  async function newFile(): Promise<string> {
    await Deno.mkdir(temporary, { recursive: true });
    return join(temporary, crypto.randomUUID());
  }

  return {
    async receive(bytes, limit) {
      const path = await newFile();
      const hash = createHash("md5");
      let size = 0;
      try {
        using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
        for await (const chunk of bytes) {
          size += chunk.length;
          if (size > limit) throw refused.tooLarge();
          hash.update(chunk);
          for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
        }
      } catch (error) {
        await removeFile(path);
        throw error;
      }
      return { path, size, eTag: `"${hash.digest("hex")}"` };
    },

    async keep(file, version) {
      const path = pathOf(version);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.rename(file.path, path);
    },

    discard: (file) => removeFile(file.path),

    async copy(version) {
      const path = await newFile();
      try {
        await Deno.copyFile(pathOf(version), path);
      } catch (error) {
        throw error instanceof Deno.errors.NotFound ? refused.objectMissing() : error;
      }
      const { size } = await Deno.stat(path);
      return { path, size, eTag: "" };
    },

    async open(version, range) {
      const stream = createReadStream(pathOf(version), range);
      try {
        await new Promise((resolve, reject) => stream.once("open", resolve).once("error", reject));
      } catch (error) {
        if ((error as { code?: string }).code === "ENOENT") return null;
        throw error;
      }
      return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
    },

    async remove(versions) {
      for (const version of versions) {
        if (version && VERSION.test(version)) await removeFile(pathOf(version));
      }
    },

    async sweep(known) {
      await Deno.remove(temporary, { recursive: true }).catch(ignoreMissing);
      for (const shelf of await entries(folder)) {
        for (const version of await entries(join(folder, shelf))) {
          if (!known.has(version)) await removeFile(join(folder, shelf, version));
        }
      }
    },
  };
}

async function entries(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
  } catch (error) {
    ignoreMissing(error);
    return [];
  }
}

async function removeFile(path: string): Promise<void> {
  await Deno.remove(path).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
