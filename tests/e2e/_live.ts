/** Members of an agency who follow it live, by unmodified supabase-js. */

import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { Heard, join, type Joined, leave, PRIVATE } from "./stack/realtime/_live.ts";
import { client, type TestUser } from "./_support.ts";

export { Heard, join };

/** What a broadcast of the database says; `T` is its payload. */
export interface Said<T> {
  event: string;
  payload: T;
}

/** A user's client with its token; its connection ends with it. */
export async function live(user: TestUser): Promise<{ client: SupabaseClient } & AsyncDisposable> {
  const own = client(user.token);
  await own.realtime.setAuth();
  return { client: own, [Symbol.asyncDispose]: () => leave(own) };
}

/** A private channel, joined, and what it hears from then on. */
export async function follow<T>(
  client: SupabaseClient,
  topic: string,
): Promise<{ channel: RealtimeChannel; heard: Heard<Said<T>>; states: Heard<Joined> }> {
  const channel = client.channel(topic, PRIVATE);
  const heard = new Heard<Said<T>>();
  channel.on("broadcast", { event: "*" }, ({ event, payload }) => heard.add({ event, payload }));
  return { channel, heard, states: await join(channel) };
}

/** How the server answers a join that it refuses. */
export function refusal(client: SupabaseClient, topic: string): Promise<string> {
  return new Promise((resolve, reject) =>
    client.channel(topic, PRIVATE).subscribe((status, error) => {
      if (status === "CHANNEL_ERROR") resolve(error?.message ?? "");
      if (status === "SUBSCRIBED") reject(new Error(`${topic} was joined`));
    })
  );
}

/** A change of a row as postgres_changes tells it. */
export interface Change {
  eventType: "INSERT" | "UPDATE" | "DELETE";
  new: Record<string, unknown>;
  old: Record<string, unknown>;
}

/** What a user hears of a table's rows. */
export async function watch(
  client: SupabaseClient,
  table: string,
  filter?: string,
): Promise<Heard<Change>> {
  const heard = new Heard<Change>();
  const channel = client.channel(`rows of ${table}`);
  channel.on("postgres_changes", { event: "*", schema: "public", table, filter }, heard.add);
  await join(channel);
  return heard;
}
