/** What functions find in their environment: what hosted functions find, and nothing else. */
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Keys } from "./keys.ts";

/** What functions need to know about the stack. */
export interface FunctionsEnvironment {
  /** Folder with one folder per function. */
  dir: string;
  keys: Keys;
  apiUrl: string;
  dbUrl: string;
  /** Where mails go, and where links in them lead. */
  smtpUrl: string;
  siteUrl: string;
}

/** Variables a Deno program needs to run at all; nothing else of ours reaches the functions. */
const INHERITED =
  /^(HOME|PATH|DENO_DIR|LANG|TZ|TMPDIR|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|SystemRoot)$/;

/** The functions' variables; `deno task worker` runs their code in a process of its own and takes them as well. */
export async function functionsEnv(
  { dir, keys, apiUrl, dbUrl, smtpUrl, siteUrl }: FunctionsEnvironment,
): Promise<Record<string, string>> {
  // What `supabase secrets set` holds on hosted, the CLI reads from this file locally.
  const secrets = await Deno.readTextFile(join(dir, ".env")).then(parseEnv, () => ({}));
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited),
    SMTP_URL: smtpUrl,
    SITE_URL: siteUrl,
    CREDENTIAL_KEYS: keys.credentialKeys,
    ALLOW_PRIVATE_URLS: "loopback",
    ...secrets,
    SUPABASE_URL: apiUrl,
    SUPABASE_ANON_KEY: keys.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
    SUPABASE_DB_URL: dbUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: JSON.stringify({ keys: [] }),
    SB_REGION: "local",
  };
}

/** Makes these the variables of this process: what the stack was started with is read by then. */
export function adoptEnv(env: Record<string, string>): void {
  for (const name of Object.keys(Deno.env.toObject())) if (!(name in env)) Deno.env.delete(name);
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
}
