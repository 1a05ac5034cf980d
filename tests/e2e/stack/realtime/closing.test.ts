/** Realtime ends, whatever goes on in the database: the stop of a stack waits for it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { prepareDatabase } from "../../../../local/database.ts";
import { freePort, startPostgres } from "../../../../local/postgres.ts";
import { RealtimeDatabase } from "../../../../local/realtime/database.ts";
import { FIXTURE, tempDir } from "../stack.ts";

const POSTS = { event: "INSERT", schema: "public", table: "open_posts" };

const cleanup = new AsyncDisposableStack();
let url = "";

Deno.test.beforeAll(async () => {
  const { path } = cleanup.use(await tempDir());
  const server = await startPostgres({
    dataDir: join(path, "postgres"),
    port: freePort(),
    settings: { fsync: "off" },
  });
  cleanup.defer(server.stop);
  url = server.url();
  await prepareDatabase(url, FIXTURE, false, () => {});
});
Deno.test.afterAll(() => cleanup.disposeAsync());

/** Realtime on the server, two sessions to disturb it, and a way to see that something waits for a lock. */
async function disturb() {
  let onReturn = () => {};
  const returned = new Promise<void>((resolve) => onReturn = resolve);
  const ignored = { onMessage: () => {}, onChange: () => {}, report: () => {} };
  const realtime = await RealtimeDatabase.open(url, { ...ignored, onReturn });
  await realtime.subscribe([{ id: 1, binding: POSTS }], { role: "anon" });
  const [tx, watcher] = [1, 2].map(() => postgres(url, { max: 1, onnotice: () => {} }));
  assert.ok(tx && watcher);
  const waits = async () => {
    const [row] = await watcher`select exists (select from pg_locks where not granted) as is`;
    return row?.is === true;
  };
  return { realtime, returned, tx, waits, done: () => Promise.all([tx.end(), watcher.end()]) };
}

Deno.test("Realtime ends after its sessions were cut off amid queries, as a reset does", async () => {
  const { realtime, returned, tx, waits, done } = await disturb();
  await tx.unsafe("begin; lock table local_realtime.subscriptions");
  const cut = assert.rejects(realtime.subscribe([{ id: 2, binding: POSTS }], { role: "anon" }));
  while (!await waits());
  await tx`
    select pg_terminate_backend(a.pid, 5000)
      from pg_locks as l
      join pg_stat_activity as a on a.pid = l.pid or a.query like 'listen%'
     where not l.granted`;
  await cut;
  await tx`rollback`;
  await returned;
  await done();
  await realtime.close();
});

Deno.test("Realtime ends while a transaction writes what it would tell of", async () => {
  const { realtime, tx, waits, done } = await disturb();
  await tx.unsafe("begin; insert into public.open_posts values (1, 'not yet')");
  let isClosed = false;
  const closed = realtime.close().then(() => isClosed = true);
  while (!isClosed && !await waits());
  assert.ok(isClosed, "nothing waits for the transaction");
  await tx`rollback`;
  await closed;
  await done();
});
