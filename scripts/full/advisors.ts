/**
 * Judges what `supabase db advisors` found against a reviewed allow-list.
 * @module
 */

/** A finding of the advisors. */
export interface Finding {
  name: string;
  level: string;
  detail: string;
  cacheKey: string;
}

/** A finding that was looked at and is meant to be so. */
export interface Allowed {
  cacheKey: string;
  reason: string;
}

/** What is left to mend: findings that nobody allowed, entries that allow nothing or say no reason. */
export function judge(findings: Finding[], allowed: Allowed[]): string[] {
  const serious = findings.filter(({ level }) => level === "ERROR" || level === "WARN");
  const found = new Set(serious.map(({ cacheKey }) => cacheKey));
  const keys = new Set(allowed.map(({ cacheKey }) => cacheKey));
  return [
    ...serious.filter(({ cacheKey }) => !keys.has(cacheKey))
      .map(({ level, name, detail, cacheKey }) => `${level} ${name}: ${detail} (${cacheKey})`),
    ...allowed.filter(({ cacheKey }) => !found.has(cacheKey))
      .map(({ cacheKey }) => `advisors.allow.json allows what is not found: ${cacheKey}`),
    ...allowed.filter(({ reason }) => !reason?.trim())
      .map(({ cacheKey }) => `advisors.allow.json gives no reason for ${cacheKey}`),
  ];
}
