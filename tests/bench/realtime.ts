/**
 * How long a change and a broadcast from the database take to all who listen, each a user of their own
 * on a connection of their own; against a notification to one connection of the database.
 * @module
 */

import postgres from "postgres";
import { signToken } from "../../local/keys.ts";
import type { StackEnv } from "./http.ts";
import { inTurns, percentile, type Result } from "./_measure.ts";

/** What is said in turn `n`; found in whatever form it arrives. */
const beat = (n: number) => `beat ${n} `;

/** One who listens: a plain WebSocket that speaks version 2.0.0 of the protocol. */
class Listener {
  readonly #socket: WebSocket;
  readonly #opened: Promise<unknown>;
  #waiting: { text: string; heard: () => void }[] = [];

  constructor(url: string, readonly token: string) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.onopen = resolve;
      this.#socket.onerror = reject;
    });
    const decoder = new TextDecoder();
    this.#socket.onmessage = ({ data }) => {
      const text = typeof data === "string" ? data : decoder.decode(data);
      const [heard, waiting] = [true, false].map((is) =>
        this.#waiting.filter((it) => text.includes(it.text) === is)
      );
      this.#waiting = waiting ?? [];
      for (const it of heard ?? []) it.heard();
    };
  }

  /** Resolves when a frame holds the text. */
  until(text: string): Promise<void> {
    return new Promise((heard) => this.#waiting.push({ text, heard }));
  }

  /** Joins a topic; `ready` is what is said once it is listened to. */
  async join(topic: string, config: Record<string, unknown>, ready: string): Promise<void> {
    await this.#opened;
    const joined = this.until(ready);
    this.#send(topic, "phx_join", { access_token: this.token, config });
    await joined;
  }

  /** Leaves a topic. */
  async leave(topic: string): Promise<void> {
    const left = this.until('"phx_close"');
    this.#send(topic, "phx_leave", {});
    await left;
  }

  /** Ends the connection. */
  close(): Promise<unknown> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#socket.close();
    return closed;
  }

  #send(topic: string, event: string, payload: unknown): void {
    this.#socket.send(JSON.stringify(["1", "1", topic, event, payload]));
  }
}

/** Measures with each number of subscribers, so many messages each. */
export async function benchRealtime(
  env: StackEnv,
  sizes: number[] = [1, 50, 500],
  rounds = 100,
): Promise<Result[]> {
  const { BACKLINE_URL, BACKLINE_PUBLISHABLE_KEY, BACKLINE_DB_URL, BACKLINE_JWT_SECRET } = env;
  if (!BACKLINE_URL || !BACKLINE_DB_URL || !BACKLINE_JWT_SECRET) {
    throw new Error("the stack does not say where it is");
  }
  const adminUrl = new URL(BACKLINE_DB_URL);
  adminUrl.username = "supabase_admin";
  const sql = postgres(adminUrl.href, { max: 2, onnotice: () => {} });
  const url = `${BACKLINE_URL.replace("http", "ws")}/realtime/v1/websocket` +
    `?apikey=${BACKLINE_PUBLISHABLE_KEY}&vsn=2.0.0`;
  const listeners: Listener[] = [];
  try {
    const { agencyId, campaignId, users } = await seed(sql, Math.max(...sizes));
    let heard = (_: string) => {};
    await sql.listen("bench_beat", (text) => heard(text));
    /** A row written and told to one connection: the least that any way takes. */
    const base = async () => {
      const begun = performance.now();
      const told = new Promise<string>((resolve) => heard = resolve);
      await sql`with written as (update public.bench_beat set n = n + 1 returning n)
                select pg_notify('bench_beat', n::text) from written`;
      await told;
      return [performance.now() - begun];
    };
    let turn = 0;
    /** Times from before the statement to each listener. */
    const told = async (count: number, say: (text: string) => Promise<unknown>) => {
      const text = beat(++turn);
      const begun = performance.now();
      const times = listeners.slice(0, count).map((listener) =>
        listener.until(text).then(() => performance.now() - begun)
      );
      await say(text);
      return await Promise.all(times);
    };
    const ways = [
      {
        name: "postgres_changes",
        topic: "realtime:bench",
        config: { postgres_changes: [{ event: "*", schema: "public", table: "campaigns" }] },
        ready: "Subscribed to PostgreSQL",
        say: (text: string) =>
          sql`update public.campaigns set name = ${text + "."} where id = ${campaignId}`,
      },
      {
        name: "private broadcast from the database",
        topic: `realtime:agency:${agencyId}:jobs`,
        config: { private: true },
        ready: '"status":"ok"',
        say: (text: string) =>
          sql`select realtime.send(
            jsonb_build_object('name', ${text}::text), 'bench', ${`agency:${agencyId}:jobs`})`,
      },
    ];
    const results: Result[] = [];
    for (const { name, topic, config, ready, say } of ways) {
      let joined = 0;
      for (const size of sizes.toSorted((a, b) => a - b)) {
        while (listeners.length < size) {
          const claims = { sub: users[listeners.length], role: "authenticated" };
          listeners.push(new Listener(url, await signToken(BACKLINE_JWT_SECRET, claims, 3600)));
        }
        for (; joined < size; joined++) await listeners[joined]!.join(topic, config, ready);
        const times = await inTurns(rounds, base, () => told(size, say));
        for (const [label, share] of [["p50", 0.5], ["p99", 0.99]] as const) {
          results.push({
            bench: "realtime",
            what: `${name} to ${size} / notification to 1, ${label}`,
            base: percentile(times.base, share),
            ours: percentile(times.ours, share),
          });
        }
      }
      for (const listener of listeners) await listener.leave(topic);
    }
    return results;
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()));
    await sql`drop table if exists public.bench_beat`;
    await sql.end();
  }
}

/** An agency with a campaign and so many members. */
async function seed(sql: postgres.Sql, members: number) {
  await sql`create table public.bench_beat as select 0 as n`;
  const [owner] = await sql<{ id: string }[]>`
    insert into auth.users (id, aud, role, email, raw_user_meta_data, email_confirmed_at)
    select id, 'authenticated', 'authenticated', id || '@bench.test',
           '{"full_name": "Ada", "agency_name": "Bench"}', now()
      from gen_random_uuid() as id
    returning id`;
  const [agency] = await sql<{ id: string }[]>`
    select m.agency_id as id from public.memberships as m where m.user_id = ${owner!.id}`;
  const users = await sql<{ id: string }[]>`
    insert into auth.users (id, aud, role, email, raw_user_meta_data, email_confirmed_at)
    select gen_random_uuid(), 'authenticated', 'authenticated', gen_random_uuid() || '@bench.test',
           '{"full_name": "Ada"}', now()
      from generate_series(1, ${members}::int)
    returning id`;
  const ids = users.map(({ id }) => id), agencyId = agency!.id;
  await sql`insert into public.memberships (agency_id, user_id)
            select ${agencyId}, id from unnest(${ids}::uuid[]) as id`;
  await sql`insert into public.membership_roles (agency_id, user_id, role)
            select ${agencyId}, id, 'manager' from unnest(${ids}::uuid[]) as id`;
  const [campaign] = await sql<{ id: string }[]>`
    insert into public.campaigns (agency_id, name, status)
    values (${agencyId}, 'Bench', 'active') returning id`;
  return { agencyId, campaignId: campaign!.id, users: ids };
}
