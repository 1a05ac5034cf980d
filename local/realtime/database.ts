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

/** A superuser's connections for the server. No transactions: the driver fails when one is cut off. */
export class RealtimeDatabase {
  readonly #pool: Sql;
  /** One session, since it keeps prepared statements. */
  readonly #teller: Sql;
  /** One session that listens; when it ends, the database was away. */
  readonly #listener: Sql;
  #isClosing = false;
  #isAway = false;
  #returning: Promise<void> | undefined;
  #telling: Promise<void> | undefined;
  #hasMore = false;
  #messages: Promise<void> = Promise.resolve();

  private constructor(url: string, readonly events: DatabaseEvents) {
    const session = { max: 1, max_lifetime: null };
    const ears = {
      onnotify: (channel: string, text: string) =>
        channel === "local_realtime_messages" ? this.#hear(text) : this.#tell(),
    };
    this.#pool = postgres(url, { max: 4, onnotice: () => {} });
    this.#teller = postgres(url, {
      ...session,
      connection: { plan_cache_mode: "force_generic_plan", statement_timeout: 10_000 },
      onnotice: ({ message }) => events.report(message ?? ""),
    });
    this.#listener = postgres(url, { ...session, ...ears, onclose: () => this.#return() });
  }

  /** Prepares the database and listens. */
  static async open(url: string, events: DatabaseEvents): Promise<RealtimeDatabase> {
    const database = new RealtimeDatabase(url, events);
    await database.#connect().catch(async (error) => {
      await database.close();
      throw error;
    });
    return database;
  }

  /** Ends all connections; nobody is subscribed any more. What is under way fails. */
  async close(): Promise<void> {
    this.#isClosing = true;
    // Not by truncating, which waits for whoever is writing. A database that is away forgets anyway.
    if (!this.#returning) {
      await this.#pool`delete from local_realtime.subscriptions`.catch(() => {});
    }
    // At once: the driver waits for ever for a session that was cut off amid a query, as a reset does.
    const ends = [this.#pool, this.#teller, this.#listener].map((sql) => sql.end({ timeout: 0 }));
    await Promise.all(ends);
    await this.#returning;
  }

  /** Which extensions of a private topic these claims may read or write. */
  async allowed(
    action: "read" | "write",
    topic: string,
    extensions: readonly string[],
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
    const wanted = bindings.map(({ id, binding }) => ({
      id,
      asked: JSON.stringify(binding),
      ...readBinding(binding),
    }));
    try {
      await this.#pool`
        select local_realtime.subscribe(
          ${JSON.stringify(wanted)}::text::jsonb, ${JSON.stringify(claims)}::text::jsonb)`;
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      throw new BindingError(
        `Unable to subscribe to changes with given parameters. ${error.message}`,
      );
    }
  }

  /** Forgets subscriptions. What is under way may still arrive; nobody is there to take it. */
  unsubscribe(ids: number[]): void {
    if (this.#isClosing) return;
    this.#pool`delete from local_realtime.subscriptions where id = any (${ids})`.catch(() => {});
  }

  async #connect(): Promise<void> {
    for (const file of ["server.sql", "changes.sql"]) {
      await this.#pool.unsafe(await Deno.readTextFile(new URL(file, import.meta.url)));
    }
    await this.#pool`select local_realtime.sync_triggers()`;
    await this.#pool`delete from realtime.messages where inserted_at < now() - interval '3 days'`;
    await this.#listener.unsafe("listen local_realtime_messages; listen local_realtime_changes");
  }

  /** After a reset the database is another one: prepares it, and has everybody subscribe again. */
  #return(): void {
    this.#isAway = true;
    this.#returning ??= (async () => {
      while (this.#isAway && !this.#isClosing) {
        this.#isAway = false;
        try {
          await this.#connect();
          this.events.onReturn();
        } catch {
          this.#isAway = true;
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    })().finally(() => this.#returning = undefined);
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
