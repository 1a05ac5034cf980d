/** Starting, stopping, being killed and starting again, on a stack of the test's own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { freePort, startPostgres } from "../../../local/postgres.ts";
import { readState } from "../../../local/state.ts";
import { client, FIXTURE, runCli, startFixture, tempDir } from "./stack.ts";

const ANN = { email: "ann@fixture.test", password: "correct-horse" };

const reachable = (url: string) =>
  fetch(url).then((r) => r.body?.cancel()).then(() => true, () => false);

/** Resolves when nobody accepts connections to Postgres on the port. */
async function closed(port: number): Promise<boolean> {
  return await Deno.connect({ hostname: "127.0.0.1", port }).then(
    (c) => (c.close(), false),
    () => true,
  );
}

Deno.test("a stack starts, keeps its data and keys, and stops in order", async () => {
  await using temp = await tempDir();
  const data = join(temp.path, "state");
  await using first = await startFixture(data);
  assert.match(first.output(), /Migrating 20260101000000_shop\.sql/);
  assert.match(first.output(), /ann@fixture\.test +correct-horse +owns the seeded notes/);
  assert.equal((await Deno.stat(first.keysFile)).mode! & 0o777, 0o600);
  const { user } = (await client(first).auth.signUp({
    email: "kept@example.test",
    password: "a long enough password",
  })).data;
  const twin = await runCli("start", "--port", "0", "--data", data);
  assert.equal(twin.code, 1);
  assert.match(twin.text, new RegExp(`already running .*${first.apiUrl}`));
  assert.equal(await first.stop(), 0);
  assert.equal(await reachable(first.apiUrl), false);
  assert.equal(await closed(Number(new URL(first.dbUrl).port)), true);
  const status = await runCli("status", "--json", "--data", data);
  assert.deepEqual([status.code, status.text.includes("not running")], [1, true]);

  await using second = await startFixture(data);
  assert.equal(second.publishableKey, first.publishableKey);
  assert.doesNotMatch(second.output(), /Migrating/);
  const { data: again } = await client(second).auth.signInWithPassword({
    email: "kept@example.test",
    password: "a long enough password",
  });
  assert.equal(again.user?.id, user?.id);
  await second.stop();

  await using third = await startFixture(data, { args: ["--port", "0", "--reset"] });
  const gone = await client(third).auth.signInWithPassword({
    email: "kept@example.test",
    password: "a long enough password",
  });
  assert.equal(gone.error?.code, "invalid_credentials");
  await third.stop();
});

Deno.test("after kill -9 the next start just works, with everything that was committed", async () => {
  await using temp = await tempDir();
  const data = join(temp.path, "state");
  await using killed = await startFixture(data);
  const ann = client(killed);
  await ann.auth.signInWithPassword(ANN);
  await ann.from("notes").insert({ title: "Written before the kill" });
  killed.process.kill("SIGKILL");
  await killed.exit;
  // Postgres outlived its parent.
  assert.equal(await closed(Number(new URL(killed.dbUrl).port)), false);
  await using healed = await startFixture(data);
  assert.equal(healed.dbUrl, killed.dbUrl);
  const again = client(healed);
  await again.auth.signInWithPassword(ANN);
  const { data: notes } = await again.from("notes").select("title").like("title", "Written%");
  assert.deepEqual(notes, [{ title: "Written before the kill" }]);

  // Both gone at once, as when the machine loses power; the pid now belongs to someone else.
  const cluster = (await readState(data))?.clusterDir ?? "";
  const pidFile = join(cluster, "postmaster.pid");
  const lines = (await Deno.readTextFile(pidFile)).split("\n");
  healed.process.kill("SIGKILL");
  await healed.exit;
  const bystander = new Deno.Command(Deno.execPath(), {
    args: ["eval", "await new Promise(() => setInterval(() => {}, 1000))"],
  }).spawn();
  const postmaster = Number(lines[0]);
  Deno.kill(postmaster, "SIGKILL");
  while (await Deno.stat(`/proc/${postmaster}`).then(() => true, () => false));
  await Deno.writeTextFile(pidFile, [bystander.pid, ...lines.slice(1)].join("\n"));
  await using recovered = await startFixture(data);
  assert.equal((await client(recovered).auth.signInWithPassword(ANN)).error, null);
  assert.equal(await recovered.stop(), 0);
  bystander.kill("SIGKILL");
  assert.equal((await bystander.status).signal, "SIGKILL", "the bystander was still alive");
});

Deno.test("a command line that nobody can read is answered with how it is used", async () => {
  const help = await runCli("start", "--help");
  assert.equal(help.code, 0);
  assert.match(help.text, /deno task start .*--port N/s);
  const unknown = await runCli("start", "--nonesuch");
  assert.deepEqual([unknown.code, unknown.text], [
    2,
    `Unknown option '--nonesuch'.\n\n${help.text}`,
  ]);
});

Deno.test("a taken port is named, and nothing is left running", async () => {
  await using temp = await tempDir();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const refused = await runCli("start", "--port", String(port), "--data", join(temp.path, "state"));
  listener.close();
  assert.equal(refused.code, 1);
  assert.match(refused.text, new RegExp(`Port ${port} is taken`));
  const nonsense = await runCli("start", "--port", "many", "--data", join(temp.path, "state"));
  assert.match(nonsense.text, /--port takes a number/);
});

Deno.test("a reset builds the database anew, running or stopped, or leaves it as it was", async () => {
  await using temp = await tempDir();
  const data = join(temp.path, "state"), supabase = join(temp.path, "supabase");
  await Deno.mkdir(join(supabase, "migrations"), { recursive: true });
  for (const file of ["config.toml", "seed.sql"]) {
    await Deno.copyFile(join(FIXTURE, file), join(supabase, file));
  }
  for await (const { name } of Deno.readDir(join(FIXTURE, "migrations"))) {
    await Deno.copyFile(join(FIXTURE, "migrations", name), join(supabase, "migrations", name));
  }
  const reset = () => runCli("reset", "--data", data, "--supabase", supabase);
  await using stack = await startFixture(data, { supabase });
  const notes = async () => {
    const ann = client(stack);
    await ann.auth.signInWithPassword(ANN);
    return { ann, titles: (await ann.from("notes").select("title")).data?.map((n) => n.title) };
  };
  const { ann } = await notes();
  await ann.from("notes").insert({ title: "Extra" });
  const broken = join(supabase, "migrations/20260102000000_broken.sql");
  await Deno.writeTextFile(broken, "select 1;\nselect nonsense;\n");
  const failed = await reset();
  assert.equal(failed.code, 1);
  assert.match(failed.text, /20260102000000_broken\.sql failed, line 2: column "nonsense"/);
  assert.equal((await notes()).titles?.includes("Extra"), true);

  await Deno.writeTextFile(
    broken,
    "create table public.later (id int); grant select on public.later to authenticated;",
  );
  assert.equal((await reset()).code, 0);
  const fresh = await notes();
  assert.deepEqual(fresh.titles, ["Seed 1", "Seed 2", "Seed 3"]);
  assert.equal((await fresh.ann.from("later").select()).error, null);
  await fresh.ann.from("notes").insert({ title: "Extra" });
  await stack.stop();

  assert.equal((await reset()).code, 0);
  await using again = await startFixture(data, { supabase });
  const later = client(again);
  await later.auth.signInWithPassword(ANN);
  assert.equal((await later.from("notes").select()).data?.length, 3);
  await again.stop();
});

Deno.test("a stack that is asked without pause outlives resets, and every request is answered", async () => {
  await using temp = await tempDir();
  const data = join(temp.path, "state");
  await using stack = await startFixture(data);
  const anyone = client(stack);
  const failures: unknown[] = [];
  let asking = true, answered = 0;
  const asker = async () => {
    while (asking) {
      const { data: sum, error } = await anyone.rpc("add", { a: 1, b: 2 });
      if (sum === 3) answered++;
      else failures.push(error);
    }
  };
  const askers = Array.from({ length: 8 }, asker);
  for (let n = 0; n < 3; n++) {
    const before = answered;
    const { code, text } = await runCli("reset", "--data", data, "--supabase", FIXTURE);
    assert.equal(code, 0, text);
    assert.ok(answered > before, "requests were under way");
  }
  asking = false;
  await Promise.all(askers);
  assert.deepEqual(failures, []);
  assert.equal(await stack.stop(), 0);
});

Deno.test("a given Postgres is used instead of the embedded one", async () => {
  await using temp = await tempDir();
  const server = await startPostgres({
    dataDir: join(temp.path, "given"),
    port: freePort(),
    settings: { fsync: "off" },
  });
  await using stack = await startFixture(join(temp.path, "state"), {
    env: { DATABASE_URL: server.url() },
  });
  const ann = client(stack);
  await ann.auth.signInWithPassword(ANN);
  const { data } = await ann.rpc("whoami");
  assert.equal(data.user, "authenticated");
  assert.equal((await ann.from("revoked").select()).status, 403);
  await stack.stop();
  const sql = postgres(server.url("postgres", "postgres"), { max: 1 });
  const versions =
    await sql`select version, name from supabase_migrations.schema_migrations order by 1`;
  assert.deepEqual([...versions], [
    { version: "20260101000000", name: "shop" },
    { version: "20260101000100", name: "procedures" },
    { version: "20260101000200", name: "files" },
    { version: "20260101000300", name: "live" },
  ]);
  await sql.end();
  await server.stop();
});

Deno.test("the stack's clock ticks and goes on ticking, as the schedule on hosted does", async () => {
  await using temp = await tempDir();
  await using stack = await startFixture(join(temp.path, "state"));
  const state = await readState(join(temp.path, "state"));
  const sql = postgres(state?.adminUrl ?? "", { max: 1 });
  let tick = () => {};
  const next = () => new Promise<void>((resolve) => tick = resolve);
  const first = next();
  await sql.listen("ticked", () => tick());
  await first;
  await next();
  await sql.end();
  await stack.stop();
});
