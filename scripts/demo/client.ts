/**
 * A user of the demo: the HTTP API by `fetch`, Storage and Realtime by supabase-js.
 * @module
 */

import { createClient, type SupabaseClient } from "@supabase/supabase-js";

/** Where a stack is. */
export interface Place {
  apiUrl: string;
  publishableKey: string;
}

/** Whoever signed up for the demo. */
export interface Founder {
  email: string;
  password: string;
  agencyId: string;
  supabase: SupabaseClient;
  /** Calls an edge function; throws its sentence when it fails. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** What the envelope of a failure says. */
export class CallError extends Error {
  constructor(
    what: string,
    readonly status: number,
    readonly code: string | undefined,
    sentence: string,
  ) {
    super(`${what}: ${sentence} (${status}${code ? `, ${code}` : ""})`);
  }
}

/** Signs a new user up, who founds the agency. */
export async function found(place: Place, agencyName: string): Promise<Founder> {
  const email = `demo-${crypto.randomUUID().slice(0, 8)}@backline.example`;
  const password = crypto.randomUUID().slice(0, 18);
  const { accessToken } = await request<{ accessToken: string }>(place, "POST", "/auth/signup", {
    email,
    password,
    fullName: "Dana Demo",
    agencyName,
  });
  const { activeAgencyId } = await request<{ activeAgencyId: string }>(
    place,
    "GET",
    "/auth/me",
    undefined,
    accessToken,
  );
  const supabase = createClient(place.apiUrl, place.publishableKey, {
    accessToken: () => Promise.resolve(accessToken),
  });
  // Otherwise the first channel would join as nobody.
  await supabase.realtime.setAuth();
  return {
    email,
    password,
    agencyId: activeAgencyId,
    supabase,
    call: (method, path, body) => request(place, method, path, body, accessToken),
  };
}

async function request<T>(
  { apiUrl, publishableKey }: Place,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<T> {
  const response = await fetch(`${apiUrl}/functions/v1${path}`, {
    method,
    headers: {
      apikey: publishableKey,
      ...body === undefined ? {} : { "Content-Type": "application/json" },
      ...token ? { Authorization: `Bearer ${token}` } : {},
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text.startsWith("{") ? JSON.parse(text) : { error: text || response.statusText };
  if (!answer.success) {
    throw new CallError(`${method} ${path}`, response.status, answer.code, answer.error);
  }
  return answer.data;
}
