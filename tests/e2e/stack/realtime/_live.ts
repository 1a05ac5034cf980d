/** People who listen: unmodified supabase-js clients of the fixture's rooms, and what they hear. */
import {
  createClient,
  type RealtimeChannel,
  type RealtimeChannelOptions,
  type SupabaseClient,
} from "@supabase/supabase-js";
import assert from "node:assert/strict";
import postgres from "postgres";
import type { StackInfo } from "../../../../local/state.ts";

const PATIENCE_MS = 60_000;

/** Everything heard so far, in order, and a way to wait for more. */
export class Heard<T> {
  readonly items: T[] = [];
  readonly #waiting = new Set<() => void>();

  /** Adds what was heard; bound, to be given as a callback. */
  readonly add = (item: T): void => {
    this.items.push(item);
    for (const check of [...this.#waiting]) check();
  };

  /** Resolves with the first item that fits, heard already or yet to come. */
  until(fits: (item: T) => boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      // Long after anything that works: a failure that says what was heard, in place of no end.
      const patience = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`not heard; what was: ${Deno.inspect(this.items)}`));
      }, PATIENCE_MS);
      const check = () => {
        const found = this.items.find(fits);
        if (found === undefined) return;
        clearTimeout(patience);
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** A user with a client of their own. */
export interface Person extends AsyncDisposable {
  id: string;
  token: string;
  client: SupabaseClient;
}

/** Which way to speak the protocol. */
export type Version = "1.0.0" | "2.0.0";

/** A client whose connections end with it. */
export function open(
  stack: StackInfo,
  options: { vsn?: Version; token?: () => Promise<string>; key?: string } = {},
): SupabaseClient {
  return createClient(stack.apiUrl, options.key ?? stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...options.token && { accessToken: options.token },
    realtime: {
      ...options.vsn && { vsn: options.vsn },
      reconnectAfterMs: () => 20,
    },
  });
}

/** Signs somebody up who is a member of the rooms. */
export async function person(
  stack: StackInfo,
  rooms: string[],
  options: { vsn?: Version; silent?: boolean } = {},
): Promise<Person> {
  const client = open(stack, options);
  const { data, error } = await client.auth.signUp({
    email: `${crypto.randomUUID()}@fixture.test`,
    password: crypto.randomUUID(),
  });
  assert.equal(error, null);
  const { user, session } = data;
  assert.ok(user && session);
  const sql = postgres(stack.dbUrl, { max: 1 });
  for (const room of rooms) {
    await sql`insert into public.members (room, member, speaks)
              values (${room}, ${user.id}, ${!options.silent})`;
  }
  await sql.end();
  // A channel joined before the session's token is there joins as anon.
  await client.realtime.setAuth();
  return {
    id: user.id,
    token: session.access_token,
    client,
    [Symbol.asyncDispose]: () => leave(client),
  };
}

/** Ends a client's channels and its connection. */
export async function leave(client: SupabaseClient): Promise<void> {
  await client.removeAllChannels();
  await client.realtime.disconnect();
}

/** What became of a join. */
export interface Joined {
  status: string;
  error?: string;
}

/** Subscribes; with changes it waits until they are listened to. Every later state is heard, too. */
export async function join(channel: RealtimeChannel): Promise<Heard<Joined>> {
  const states = new Heard<Joined>(), listening = new Heard<Record<string, string>>();
  channel.on("system", {}, listening.add);
  channel.subscribe((status, error) => states.add({ status, error: error?.message }));
  await states.until(({ status }) => status === "SUBSCRIBED");
  if (channel.bindings.postgres_changes?.length) {
    const { status, message } = await listening.until((it) => it.extension === "postgres_changes");
    assert.equal(status, "ok", message);
  }
  return states;
}

/** A private channel's options. */
export const PRIVATE: RealtimeChannelOptions = { config: { private: true } };

/** What a channel hears of an event, without what the server adds to it. */
export function listen(channel: RealtimeChannel, event = "*"): Heard<Record<string, unknown>> {
  const heard = new Heard<Record<string, unknown>>();
  channel.on("broadcast", { event }, ({ event, payload }) => heard.add({ event, payload }));
  return heard;
}
