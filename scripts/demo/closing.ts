/**
 * How to look further, ready to be pasted.
 * @module
 */

import type { Founder, Place } from "./client.ts";
import type { Screen } from "./screen.ts";

/** Prints where everything is and how to reach it by curl and by supabase-js. */
export function showWay(
  screen: Screen,
  { apiUrl, publishableKey }: Place,
  { email, password, agencyId }: Founder,
  leadId: string | null,
): void {
  const functions = `${apiUrl}/functions/v1`;
  const signIn = JSON.stringify({ email, password });
  screen.title("Look further");
  screen.say(`  Every endpoint   ${functions}/docs
  Sign in as       ${email}
  Password         ${password}
  Agency           ${agencyId}
  Publishable key  ${publishableKey}

By curl:

  TOKEN=$(curl -s ${functions}/auth/signin -H 'Content-Type: application/json' \\
    -d '${signIn}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')
  curl -s "${functions}/leads?sortBy=score&pageSize=3" -H "Authorization: Bearer $TOKEN"
  curl -s ${functions}/jobs -H "Authorization: Bearer $TOKEN"${
    leadId ? `\n  curl -s ${functions}/leads/${leadId}/score -H "Authorization: Bearer $TOKEN"` : ""
  }

By supabase-js:

  const supabase = createClient("${apiUrl}", "${publishableKey}");
  await supabase.auth.signInWithPassword(${signIn});
  await supabase.from("lead_details").select("email, score").order("score", { ascending: false }).limit(3);
  await supabase.storage.from("imports").list("${agencyId}");
  supabase.channel("agency:${agencyId}:jobs", { config: { private: true } })
    .on("broadcast", { event: "job" }, ({ payload }) => console.log(payload)).subscribe();`);
}
