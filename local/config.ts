/** The parts of supabase/config.toml that the local stack imitates, with the CLI's defaults. */
import { join } from "node:path";
import { parse } from "smol-toml";
import { StackError } from "./postgres.ts";

/** Settings the stack honours; everything else of config.toml has no local meaning. */
export interface ProjectConfig {
  /** Schemas of the Data API; the first is the default. */
  schemas: string[];
  /** Appended to the request's search_path. */
  extraSearchPath: string[];
  /** Seed files, relative to the supabase folder; empty when seeding is off. */
  seeds: string[];
  /** The `[auth]` settings. */
  auth: AuthConfig;
  /** Bytes that no uploaded file may exceed, whatever its bucket says. */
  fileSizeLimit: number;
  /** Names of functions whose caller must present a valid token. */
  verifyJwt(functionName: string): boolean;
}

/** The `[auth]` settings the stack honours. */
export interface AuthConfig {
  siteUrl: string;
  redirectUrls: string[];
  jwtExpiry: number;
  enableSignup: boolean;
  enableAnonymous: boolean;
  minimumPasswordLength: number;
  rotateRefreshTokens: boolean;
  reuseInterval: number;
  emailEnabled: boolean;
  emailSignup: boolean;
  confirmEmail: boolean;
  doubleConfirmChanges: boolean;
  otpLength: number;
  otpExpiry: number;
}

type Table = Record<string, unknown>;

/** Reads `<dir>/config.toml`; a missing file means the defaults. */
export async function readConfig(dir: string): Promise<ProjectConfig> {
  const text = await Deno.readTextFile(join(dir, "config.toml")).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const root = parse(text) as Table;
  const table = (...path: string[]) =>
    path.reduce<Table>((at, key) => (at[key] as Table | undefined) ?? {}, root);
  const api = table("api"), auth = table("auth"), email = table("auth", "email");
  const seed = table("db", "seed");
  const functions = table("functions") as Record<string, Table>;
  return {
    schemas: (api.schemas as string[] | undefined) ?? ["public"],
    extraSearchPath: (api.extra_search_path as string[] | undefined) ?? ["public", "extensions"],
    seeds: seed.enabled === false ? [] : (seed.sql_paths as string[] | undefined) ?? ["./seed.sql"],
    auth: {
      siteUrl: (auth.site_url as string | undefined) ?? "http://127.0.0.1:3000",
      redirectUrls: (auth.additional_redirect_urls as string[] | undefined) ?? [],
      jwtExpiry: (auth.jwt_expiry as number | undefined) ?? 3600,
      enableSignup: auth.enable_signup !== false,
      enableAnonymous: auth.enable_anonymous_sign_ins === true,
      minimumPasswordLength: (auth.minimum_password_length as number | undefined) ?? 6,
      rotateRefreshTokens: auth.enable_refresh_token_rotation !== false,
      reuseInterval: (auth.refresh_token_reuse_interval as number | undefined) ?? 10,
      emailEnabled: email.enabled !== false,
      emailSignup: email.enable_signup !== false,
      confirmEmail: email.enable_confirmations === true,
      doubleConfirmChanges: email.double_confirm_changes !== false,
      otpLength: (email.otp_length as number | undefined) ?? 6,
      otpExpiry: (email.otp_expiry as number | undefined) ?? 3600,
    },
    fileSizeLimit: bytes((table("storage").file_size_limit as string | undefined) ?? "50MiB"),
    verifyJwt: (name) => functions[name]?.verify_jwt !== false,
  };
}

/** A size as config.toml writes it, in the binary units that the CLI understands by all spellings. */
function bytes(size: string): number {
  const [, value, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(size.trim()) ?? [];
  if (value === undefined) {
    throw new StackError(`config.toml: "${size}" is not a size such as "50MiB".`);
  }
  return Math.floor(Number(value) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " "));
}
