/** What every Auth endpoint works with. */
import type { Sql } from "postgres";
import type { AuthConfig } from "../config.ts";
import type { Claims, Keys } from "../keys.ts";
import type { Mailbox } from "../mailbox.ts";
import type { Metadata } from "./users.ts";

/** One request to `/auth/v1`. */
export interface AuthContext {
  sql: Sql;
  config: AuthConfig;
  keys: Keys;
  apiUrl: string;
  mailbox: Mailbox;
  request: Request;
  url: URL;
  /** The JSON body; empty when there is none. */
  body: Metadata;
  /** Verified claims of the caller's token or the role of its key. */
  claims: Claims;
}

/** Answers one endpoint. */
export type Handler = (ctx: AuthContext) => Promise<Response> | Response;

/** A member of the body that must be a string when it is there. */
export function text(ctx: AuthContext, name: string): string {
  const value = ctx.body[name];
  return typeof value === "string" ? value : "";
}

/** The `data` member: the user's own metadata. */
export function metadata(value: unknown): Metadata {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? value as Metadata
    : {};
}

/** Where the browser goes afterwards: `redirect_to` if the project allows it, else the site. */
export function redirectTarget(
  ctx: { request: Request; url: URL; config: Pick<AuthConfig, "siteUrl" | "redirectUrls"> },
  asked?: string,
): string {
  const candidates = [
    asked,
    ctx.request.headers.get("redirect_to"),
    ctx.url.searchParams.get("redirect_to"),
    ctx.request.headers.get("referer"),
  ];
  return candidates.find((url) => url && isAllowed(ctx.config, url)) ?? ctx.config.siteUrl;
}

function isAllowed(
  config: Pick<AuthConfig, "siteUrl" | "redirectUrls">,
  target: string,
): boolean {
  const url = URL.parse(target), site = URL.parse(config.siteUrl);
  if (!url || !site) return false;
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (
    url.hostname === site.hostname && url.protocol === site.protocol &&
    (url.port === site.port || loopback)
  ) return true;
  const plain = target.split("#")[0] ?? "";
  return config.redirectUrls.some((pattern) => glob(pattern).test(plain));
}

/** `*` stands for anything but a separator, `**` for anything, `?` for one character. */
function glob(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*|\*|\?/g, (wild) => wild === "**" ? ".*" : wild === "*" ? "[^./]*" : "[^./]");
  return new RegExp(`^${source}$`);
}
