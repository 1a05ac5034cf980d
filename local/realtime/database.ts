/** The server's side of the database: listens, tells, registers subscriptions, asks policies. */
import postgres, { type Sql } from "postgres";
import type { Claims } from "../keys.ts";
import { BindingError, readBinding } from "./filters.ts";
import type { ChangeBinding } from "./join.ts";
import type { Broadcast } from "./wire.ts";

/** What the database has to tell. */
export interface DatabaseEvents {
  /** A transaction sent a message. */
  onMessage(topic: string, isPrivate: boolean, message: Broadcast): void;
  /** A row changed; `data` is JSON. */
  onChange(subscriptions: number[], data: string): void;
  /** The database was away: no subscription is known there any more. */
  onReturn(): void;
  report(message: string): void;
}

/** Changes taken at once. */
const BATCH = 200;

const RETRY_MS = 200;

interface MessageRow {
  id: string;
  event: string;
  body: string | null;
  bytes: Uint8Array | null;
}

/** A superuser's connections for the server. */
export class RealtimeDatabase {
  readonly #pool: Sql;
  /** One session, since it keeps prepared statements; when it ends, the database is away. */
  readonly #teller: Sql;
  #listener: Sql | undefined;
  #isClosing = false;
  #connecting: Promise<void> | undefined;
  #telling: Promise<void> | undefined;
  #hasMore = false;
  #messages: Promise<void> = Promise.resolve();

  private constructor(readonly url: string, readonly events: DatabaseEvents) {
    this.#pool = postgres(url, { max: 4, onnotice: () => {} });
    this.#teller = postgres(url, {
      max: 1,
      idle_timeout: undefined,
      max_lifetime: null,
      connection: { plan_cache_mode: "force_generic_plan", statement_timeout: 10_000 },
      onnotice: ({ message }) => events.report(message ?? ""),
      onclose: () => this.#return(),
    });
  }

  /** Prepares the database and listens. */
  static async open(url: string, events: DatabaseEvents): Promise<RealtimeDatabase> {
    const database = new RealtimeDatabase(url, events);
    await database.#connect();
    return database;
  }

  /** Ends all connections; nobody is subscribed any more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#connecting?.catch(() => {});
    await this.#pool`truncate local_realtime.subscriptions, local_realtime.changes`.catch(() => {});
    await Promise.all([this.#pool, this.#teller, this.#listener].map((sql) => sql?.end()));
  }

  /** Which extensions of a private topic these claims may read or write. */
  async allowed(
    action: "read" | "write",
    topic: string,
    extensions: string[],
    claims: Claims,
    headers: Record<string, string>,
  ): Promise<string[]> {
    try {
      const [row] = await this.#pool<{ allowed: string[] }[]>`
        select local_realtime.allowed(
          ${action}, ${topic}, ${extensions}, ${JSON.stringify(claims)}::text::jsonb,
          ${JSON.stringify(headers)}) as allowed`;
      return row?.allowed ?? [];
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      this.events.report(`realtime: the policies of ${topic} failed: ${error.message}`);
      return [];
    }
  }

  /** The last messages kept for a private topic, oldest first. */
  async stored(topic: string, since: number, limit: number): Promise<Broadcast[]> {
    const rows = await this.#pool<MessageRow[]>`
      select m.id, m.event, m.payload::text as body, m.binary_payload as bytes
        from realtime.messages as m
       where m.topic = ${topic} and m.private and m.extension = 'broadcast'
         and m.inserted_at >= to_timestamp(${since} / 1000.0) at time zone 'utc'
       order by m.inserted_at desc
       limit ${limit}`;
    return rows.reverse().map((row) => ({
      ...messageOf(row),
      meta: { id: row.id, replayed: true as const },
    }));
  }

  /** Registers bindings, all or none; throws {@link BindingError}. */
  async subscribe(
    bindings: { id: number; binding: ChangeBinding }[],
    claims: Claims,
  ): Promise<void> {
    await this.#pool.begin(async (tx) => {
      await tx`select local_realtime.sync_triggers()`;
      await tx`delete from local_realtime.subscriptions where id = any (${
        bindings.map((b) => b.id)
      })`;
      for (const { id, binding } of bindings) {
        const { event, schema, table, filters, columns } = readBinding(binding);
        const asked = JSON.stringify(binding);
        const rows = await tx<{ tables: number }[]>`
          select local_realtime.subscribe(
            ${id}, ${JSON.stringify(claims)}::text::jsonb, ${schema}, ${table}, ${event},
            ${JSON.stringify(filters)}::text::jsonb, ${columns}) as tables`.catch((error) => {
          throw new BindingError(
            "Unable to subscribe to changes with given parameters. An exception happened so " +
              `please check your connect parameters: ${asked}. Exception: ${error.message}`,
          );
        });
        if (!rows[0]?.tables) {
          throw new BindingError(
            "Unable to subscribe to changes with given parameters. Please check Realtime is " +
              `enabled for the given connect parameters: ${asked}`,
          );
        }
      }
    });
  }

  /** Forgets subscriptions. What is under way may still arrive; nobody is there to take it. */
  unsubscribe(ids: number[]): void {
    if (this.#isClosing) return;
    this.#pool`delete from local_realtime.subscriptions where id = any (${ids})`.catch(() => {});
  }

  async #connect(): Promise<void> {
    await this.#listener?.end({ timeout: 0 });
    await this.#pool.begin(async (tx) => {
      for (const file of ["server.sql", "changes.sql"]) {
        await tx.unsafe(await Deno.readTextFile(new URL(file, import.meta.url)));
      }
      await tx`select local_realtime.sync_triggers()`;
      await tx`delete from realtime.messages where inserted_at < now() - interval '3 days'`;
    });
    this.#listener = postgres(this.url, { max: 1, onnotice: () => {} });
    await this.#listener.listen("local_realtime_messages", (text) => this.#hear(text));
    await this.#listener.listen("local_realtime_changes", () => this.#tell());
    await this.#teller`select 1`;
  }

  /** After a reset the database is another one. */
  #return(): void {
    if (this.#isClosing || this.#connecting) return;
    this.#connecting = (async () => {
      while (!this.#isClosing) {
        try {
          await this.#connect();
          return this.events.onReturn();
        } catch {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    })().finally(() => this.#connecting = undefined);
  }

  #hear(text: string): void {
    const { id, topic, event, private: isPrivate, body } = JSON.parse(text);
    this.#messages = this.#messages.then(async () => {
      const [row] = body === undefined
        ? await this.#pool<MessageRow[]>`
            select m.id, m.event, m.payload::text as body, m.binary_payload as bytes
              from realtime.messages as m where m.id = ${id}`
        : [{ id, event, body, bytes: null }];
      if (row) this.events.onMessage(topic, isPrivate, { ...messageOf(row), meta: { id } });
    }).catch((error) => this.events.report(`realtime: a message was lost: ${error}`));
  }

  /** Tells the changes until there are none; a call meanwhile makes it look again. */
  #tell(): void {
    this.#hasMore = true;
    this.#telling ??= (async () => {
      while (this.#hasMore) {
        this.#hasMore = false;
        const [row] = await this.#teller<{ ids: string[] }[]>`
          select array(select c.id from local_realtime.changes as c order by c.id limit ${BATCH}) as ids`;
        if (!row?.ids.length) continue;
        this.#hasMore = true;
        await this.#tellOf(row.ids);
      }
    })().catch((error) => {
      if (!this.#isClosing) this.events.report(`realtime: changes wait: ${error}`);
    }).finally(() => this.#telling = undefined);
  }

  /** Tells these changes; one that cannot be told is dropped and does not hold up the others. */
  async #tellOf(ids: string[]): Promise<void> {
    try {
      const rows = await this.#teller<{ subscriptions: number[]; data: string }[]>`
        select subscriptions, data from local_realtime.drain(${ids}::bigint[])`;
      for (const { subscriptions, data } of rows) this.events.onChange(subscriptions, data);
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      if (ids.length > 1) { for (const id of ids) await this.#tellOf([id]); }
      else {
        this.events.report(`realtime: a change was dropped: ${error.message}`);
        await this.#teller`delete from local_realtime.changes where id = any (${ids}::bigint[])`;
      }
    }
  }
}

function messageOf({ event, body, bytes }: MessageRow): Broadcast {
  return { event, body: bytes ? new Uint8Array(bytes) : body ?? "null" };
}
