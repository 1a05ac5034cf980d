/**
 * The front door as a frontend sees it: `fetch` on the edge functions and unmodified supabase-js.
 *
 *     const ada = await signUp({ agencyName: "Northern Lights" });
 *     const campaign = await ada.data("POST", "/campaigns", { name: "Spring" });
 * @module
 */

import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { strictEqual } from "node:assert/strict";
import { raiseLimits } from "./_limits.ts";
import { stack } from "./_stack.ts";

export { stack };

await raiseLimits();

/** The envelope of every JSON answer. */
export interface Envelope<T> {
  success: boolean;
  data: T;
  message?: string;
  pagination?: Record<string, unknown>;
  error?: string;
  code?: string;
  details?: { path: string; message: string }[];
  requestId?: string;
}

/** An answer of an edge function; `T` is what its `data` is expected to be. */
export interface Reply<T> {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; empty for an answer that is not JSON. */
  body: Envelope<T>;
}

/** A row as HTTP spells it. */
export type Row = Record<string, unknown> & { id: string };

/** What a request may carry beside its body. */
export interface CallOptions {
  token?: string;
  agencyId?: string;
  headers?: Record<string, string>;
}

/** Calls an edge function; `body` is sent as JSON unless it is a text, bytes or a stream. */
export async function call<T = Row>(
  method: string,
  path: string,
  body?: unknown,
  { token, agencyId, headers }: CallOptions = {},
): Promise<Reply<T>> {
  const response = await fetch(`${stack.url}/functions/v1${path}`, {
    method,
    headers: {
      apikey: stack.publishableKey,
      ...body === undefined ? {} : { "Content-Type": "application/json" },
      ...token ? { Authorization: `Bearer ${token}` } : {},
      ...agencyId ? { "X-Agency-Id": agencyId } : {},
      ...headers,
    },
    body: isRaw(body) ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("application/json");
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(text) : {},
  };
}

function isRaw(body: unknown): body is BodyInit | undefined {
  return body === undefined || typeof body === "string" || body instanceof Uint8Array ||
    body instanceof ReadableStream;
}

/** A supabase-js client as a frontend makes one; without a kept session. */
export function client(token?: string): SupabaseClient {
  return createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    ...token ? { accessToken: () => Promise.resolve(token) } : {},
  });
}

/** A signed-up user of a test. */
export interface TestUser {
  id: string;
  email: string;
  password: string;
  token: string;
  refreshToken: string;
  /** Calls an edge function as this user. */
  call<T = Row>(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<Reply<T>>;
  /** As `call`, for a call that must succeed: its `data`. */
  data<T = Row>(
    method: string,
    path: string,
    body?: unknown,
    options?: CallOptions,
  ): Promise<T>;
}

interface SignUpData {
  accessToken: string;
  refreshToken: string;
  user: { id: string; email: string };
}

/** Signs a new user up through the HTTP API, with an agency of their own or into one they are invited to. */
export async function signUp(
  options: { email?: string; agencyName?: string; invitationToken?: string } = {},
): Promise<TestUser> {
  const { email = `${crypto.randomUUID()}@example.test`, ...membership } = options;
  const password = crypto.randomUUID();
  const reply = await call<SignUpData>("POST", "/auth/signup", {
    email,
    password,
    fullName: "A Tester",
    ...membership,
  });
  strictEqual(reply.status, 201, reply.text);
  const { accessToken, refreshToken, user } = reply.body.data;
  const as: TestUser["call"] = (method, path, body, options = {}) =>
    call(method, path, body, { token: accessToken, ...options });
  return {
    id: user.id,
    email,
    password,
    token: accessToken,
    refreshToken,
    call: as,
    async data<T = Row>(method: string, path: string, body?: unknown, options?: CallOptions) {
      const answer = await as<T>(method, path, body, options);
      strictEqual(answer.body.success, true, `${method} ${path}: ${answer.text}`);
      return answer.body.data;
    },
  };
}
