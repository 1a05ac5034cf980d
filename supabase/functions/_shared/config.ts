/** What an app needs to know; made once in `index.ts`, handed to the app's factory. */
export interface KitConfig {
  /** Where the Data API and Auth are, without a slash at the end. */
  readonly supabaseUrl: string;
  /** The publishable key, sent upstream as `apikey`. */
  readonly publishableKey: string;
  /** Origins whose pages may read the answers; `*` allows every one. */
  readonly allowedOrigins: "*" | readonly string[];
  /** The request header that names the caller's address; see the README on whom to trust. */
  readonly addressHeader: string;
  /** How long the one upstream call may take until its headers arrive. */
  readonly timeoutMs: number;
  /** The upstream call; tests put their own in. */
  readonly fetch: typeof globalThis.fetch;
  /** Where failures are written: one JSON document a line. */
  readonly log: (line: string) => void;
}

/** Longer than the Data API's own statement timeout, shorter than the platform's limit. */
const UPSTREAM_TIMEOUT_MS = 60_000;

/** Reads the environment that hosted and local functions get. Throws when a needed variable is missing. */
export function configFromEnv(env: Readonly<Record<string, string | undefined>>): KitConfig {
  const supabaseUrl = (env.SUPABASE_URL ?? "").replace(/\/+$/, "");
  if (!supabaseUrl) throw new Error("SUPABASE_URL is not set");
  return {
    supabaseUrl,
    publishableKey: keyFrom(env, "SUPABASE_PUBLISHABLE_KEYS", "SUPABASE_ANON_KEY"),
    allowedOrigins: allowedOrigins(env.ALLOWED_ORIGINS, supabaseUrl),
    addressHeader: env.CLIENT_ADDRESS_HEADER || "x-forwarded-for",
    timeoutMs: UPSTREAM_TIMEOUT_MS,
    fetch: globalThis.fetch,
    log: (line) => console.error(line),
  };
}

/** The key named `default` of a JSON object of keys, else its first, else the one of the older kind. */
export function keyFrom(
  env: Readonly<Record<string, string | undefined>>,
  ...names: [keys: string, legacy: string]
): string {
  const [keys, legacy] = names.map((name) => env[name]);
  if (keys) {
    const named: unknown = JSON.parse(keys);
    if (typeof named === "object" && named !== null) {
      const key = "default" in named ? named.default : Object.values(named)[0];
      if (typeof key === "string" && key !== "") return key;
    }
  }
  if (legacy) return legacy;
  throw new Error(`neither of these holds a key: ${names.join(", ")}`);
}

/** Unset means every origin in development, told by a plain-http project URL, and none elsewhere. */
function allowedOrigins(value: string | undefined, supabaseUrl: string): "*" | string[] {
  const origins = (value ?? "").split(",").map((part) => part.trim().replace(/\/+$/, ""))
    .filter((part) => part !== "");
  if (origins.includes("*")) return "*";
  if (origins.length === 0 && supabaseUrl.startsWith("http:")) return "*";
  return origins;
}
