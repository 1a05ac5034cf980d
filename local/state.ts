/** The state folder: who runs a stack on it, and where that stack can be reached. */
import { join, resolve } from "node:path";
import { StackError } from "./postgres.ts";

/** What `deno task status --json` prints. */
export interface StackInfo {
  apiUrl: string;
  dbUrl: string;
  publishableKey: string;
  secretKey: string;
  mailUrl: string;
}

/** What a start leaves for status, reset and the next start. */
export interface StackState extends StackInfo {
  pid: number;
  /** Ports to try again at the next start. */
  port: number;
  dbPort: number | null;
  /** Where the embedded cluster is; null for a given server. */
  clusterDir: string | null;
  /** Superuser URL, for `db:reset`. */
  adminUrl: string;
  /** What functions find in their environment, for `deno task worker`. */
  functionsEnv: Record<string, string>;
}

/** Where Storage keeps the bytes of objects. */
export function filesFolder(stateDir: string): string {
  return join(stateDir, "storage");
}

/** Takes the folder for this process, or says who has it. The lock goes with the process. */
export async function lockState(stateDir: string): Promise<Deno.FsFile> {
  await Deno.mkdir(stateDir, { recursive: true });
  const file = await openLock(stateDir);
  if (await file.tryLock(true)) return file;
  file.close();
  const running = await readState(stateDir);
  throw new StackError(
    `A stack is already running on ${resolve(stateDir)}` +
      (running ? `: ${running.apiUrl} (process ${running.pid}).` : " or about to.") +
      "\nStop it first, or give this one its own folder with --data DIR and its own --port.",
  );
}

/** The state of the stack that runs on this folder, or null. */
export async function runningState(stateDir: string): Promise<StackState | null> {
  const exists = await Deno.stat(join(stateDir, "lock")).then(() => true, () => false);
  if (!exists) return null;
  const file = await openLock(stateDir);
  const free = await file.tryLock(true);
  file.close();
  return free ? null : await readState(stateDir);
}

/** What the last start left, running or not. */
export async function readState(stateDir: string): Promise<StackState | null> {
  const text = await Deno.readTextFile(join(stateDir, "state.json")).catch(() => null);
  return text ? JSON.parse(text) : null;
}

/** Reads and removes what the last start left, so that nobody takes it for the one under way. */
export async function takeState(stateDir: string): Promise<StackState | null> {
  const last = await readState(stateDir);
  if (last) await Deno.remove(join(stateDir, "state.json"));
  return last;
}

/** Publishes a stack that is ready. */
export async function writeState(stateDir: string, state: StackState): Promise<void> {
  const file = join(stateDir, "state.json");
  await Deno.writeTextFile(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  await Deno.rename(`${file}.new`, file);
}

async function openLock(stateDir: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(join(stateDir, "lock"), { create: true, write: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new StackError(
      `${resolve(stateDir)} belongs to another user. Choose another folder with --data DIR.`,
    );
  }
}
