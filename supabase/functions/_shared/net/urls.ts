/**
 * Which URLs of tenants are requested at all, before any name is resolved.
 * @module
 */

import { reachOf } from "./addresses.ts";

/** A URL, or the address behind it, that a tenant may not make us call. */
export class UrlNotAllowed extends Error {
  /** The sentence says which rule, for the person who entered the URL. */
  constructor(sentence: string) {
    super(sentence);
    this.name = "UrlNotAllowed";
  }
}

/** What may be requested. */
export interface UrlPolicy {
  /** Whether loopback addresses, any port and plain http on them are allowed: in development alone. */
  readonly allowLoopback: boolean;
}

const NOT_PUBLIC = "The URL does not lead to a public address.";

/** Ports below belong to other protocols than https. */
const FIRST_FREE_PORT = 1024;

/** The policy of the environment: `ALLOW_PRIVATE_URLS=loopback`, or nothing for production's. */
export function urlPolicyFromEnv(env: Readonly<Record<string, string | undefined>>): UrlPolicy {
  const setting = env.ALLOW_PRIVATE_URLS || "none";
  if (setting !== "none" && setting !== "loopback") {
    throw new Error(`ALLOW_PRIVATE_URLS is "loopback" or unset, not "${setting}"`);
  }
  return { allowLoopback: setting === "loopback" };
}

/**
 * Parses a URL and checks what can be seen from it alone. The parser brings every spelling of an
 * address (decimal, octal, hexadecimal, short, full-width) into one form first. Throws
 * {@link UrlNotAllowed}.
 */
export function checkUrl(text: string, policy: UrlPolicy): URL {
  const url = URL.parse(text);
  if (!url) throw new UrlNotAllowed("This is not a URL.");
  const { protocol, port } = url;
  if (protocol !== "https:" && protocol !== "http:") {
    throw new UrlNotAllowed("The URL must begin with https://.");
  }
  if (url.username || url.password) {
    throw new UrlNotAllowed("The URL must not hold a user name or a password.");
  }
  const address = literalAddress(url.hostname);
  if (address !== null) checkAddress(address, policy);
  if (isLoopbackHost(url.hostname)) {
    if (policy.allowLoopback) return url;
    throw new UrlNotAllowed(NOT_PUBLIC);
  }
  if (protocol !== "https:") throw new UrlNotAllowed("The URL must begin with https://.");
  if (port && Number(port) < FIRST_FREE_PORT) {
    throw new UrlNotAllowed(`The port must be 443 or at least ${FIRST_FREE_PORT}.`);
  }
  return url;
}

/** Why {@link checkUrl} would refuse a URL; null where it takes it. */
export function refusalOf(text: string, policy: UrlPolicy): string | null {
  try {
    checkUrl(text, policy);
    return null;
  } catch (error) {
    if (error instanceof UrlNotAllowed) return error.message;
    throw error;
  }
}

/** Throws {@link UrlNotAllowed} unless an address is one of the public internet, or allowed loopback. */
export function checkAddress(address: string, { allowLoopback }: UrlPolicy): void {
  const reach = reachOf(address);
  if (reach === "public" || (reach === "loopback" && allowLoopback)) return;
  throw new UrlNotAllowed(NOT_PUBLIC);
}

/** The address that a URL's host is, or null where it is a name. */
export function literalAddress(hostname: string): string | null {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return /^[\d.]+$/.test(hostname) ? hostname : null;
}

/** Names of loopback (RFC 6761) are checked again when they are resolved, as every name. */
function isLoopbackHost(hostname: string): boolean {
  const address = literalAddress(hostname);
  return /(^|\.)localhost\.?$/.test(hostname) ||
    (address !== null && reachOf(address) === "loopback");
}
