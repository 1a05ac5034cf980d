/**
 * Which IP addresses a tenant's URL may lead to: those of the public internet and no others.
 * @module
 */

import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** What an address is to us. */
export type Reach = "public" | "loopback" | "private";

/** Of IPv6 this block alone is given out; what it holds for other purposes, the ranges below say. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Public by its number, and yet each virtual machine's own platform agent (Azure). */
const PLATFORM_AGENTS = ["168.63.129.16"];

/**
 * Where an address leads. IPv4 addresses inside of IPv6 ones (mapped, NAT64, 6to4, Teredo, …) are
 * private whatever they hold: nobody needs them, and each is a way around.
 */
export function reachOf(address: string): Reach {
  // The library takes short and octal forms as well, which each program reads in its own way.
  if (isIP(address) === 0) return "private";
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === "loopback") return "loopback";
  if (range !== "unicast") return "private";
  if (parsed instanceof ipaddr.IPv6) return parsed.match(GLOBAL_UNICAST) ? "public" : "private";
  return PLATFORM_AGENTS.includes(parsed.toString()) ? "private" : "public";
}
