/**
 * What docs/scoring.md says, written a second time in another language: the judge of the judge.
 * @module
 */

/** A rule as a scoring model has it; amounts in points. */
export interface Rule {
  rule_group: "fit" | "engagement";
  field: string;
  operator: string;
  value?: unknown;
  points: number;
  cap?: number;
  half_life_days?: number;
  per_occurrence?: boolean;
}

/** A scoring model; amounts in points. */
export interface Model {
  base: number;
  fit_cap?: number;
  engagement_cap?: number;
  rules: Rule[];
}

/** A lead by its columns; times in microseconds since 1970. */
export interface Lead {
  columns: Record<string, unknown>;
  times: Record<string, number>;
  activities: { type: string; at: number }[];
}

/** A judgement in hundredths of a point: per rule, what the caps take back, and the score. */
export interface Judgement {
  rules: number[];
  caps: { fit: number; engagement: number };
  score: number;
}

const DAY = 86_400_000_000;
const hundredths = (points: number) => Math.round(points * 100);
/** Rounds a fraction half away from zero. */
const divide = (value: number, by: number) =>
  Math.sign(value) * Math.floor((2 * Math.abs(value) + by) / (2 * by)) + 0; // + 0: never -0

/** What is left of 1,000,000 after so many microseconds. */
function left(age: number, halfLife: number | undefined): number {
  return halfLife === undefined ? 1_000_000 : Math.round(1e6 * 2 ** (-age / DAY / halfLife));
}

function isInRange(operator: string, value: unknown, number: number): boolean {
  const [low, high] = Array.isArray(value) ? value : [value, value];
  switch (operator) {
    case "gt":
      return number > low;
    case "gte":
      return number >= low;
    case "lt":
      return number < high;
    case "lte":
      return number <= high;
    case "between":
      return number >= low && number <= high;
  }
  throw new Error(`no comparison is called ${operator}`);
}

/** Whether a rule holds for something that has a time: how often it was, or how old it is. */
function holdsForCount(rule: Rule, isThere: boolean, number: number): boolean {
  if (rule.operator === "exists") return isThere;
  if (rule.operator === "absent") return !isThere;
  return isInRange(rule.operator, rule.value, number);
}

/** The texts a value stands for. */
function texts(value: unknown): string[] {
  if (value === null || value === undefined || value === "") return [];
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "object" ? Object.keys(value) : [String(value)];
}

function holdsForText(rule: Rule, text: string): boolean {
  const folded = text.toLowerCase();
  const wanted = texts(rule.value).map((item) => item.toLowerCase());
  switch (rule.operator) {
    case "eq":
    case "in":
      return wanted.includes(folded);
    case "contains":
      return folded.includes(wanted[0]!);
    case "matches":
      return new RegExp(String(rule.value), "i").test(text);
  }
  return /^[+-]?\d{1,30}(\.\d{1,30})?$/.test(text) &&
    isInRange(rule.operator, rule.value, Number(text));
}

function holdsForValue(rule: Rule, value: unknown): boolean {
  const found = texts(value);
  switch (rule.operator) {
    case "exists":
      return found.length > 0;
    case "absent":
      return found.length === 0;
    case "neq":
      return !found.some((text) => holdsForText({ ...rule, operator: "eq" }, text));
  }
  return found.some((text) => holdsForText(rule, text));
}

/** What a rule gives before its cap, in hundredths. */
function given(rule: Rule, lead: Lead, at: number): number {
  const points = hundredths(rule.points);
  const [, prefix, key] = rule.field.match(/^(?:(activity:|custom\.|company\.))?(.*)$/) ?? [];
  if (prefix === "activity:") {
    const ages = lead.activities.filter((a) => a.type === key && a.at <= at).map((a) => at - a.at);
    if (!holdsForCount(rule, ages.length > 0, ages.length)) return 0;
    if (rule.per_occurrence) {
      return divide(
        points * ages.reduce((sum, age) => sum + left(age, rule.half_life_days), 0),
        1e6,
      );
    }
    return ages.length === 0
      ? points
      : divide(points * left(Math.min(...ages), rule.half_life_days), 1e6);
  }
  if (rule.field.endsWith("_at")) {
    const time = lead.times[rule.field];
    const isThere = time !== undefined && time <= at;
    if (!isThere) return rule.operator === "absent" ? points : 0;
    return holdsForCount(rule, true, (at - time) / DAY)
      ? divide(points * left(at - time, rule.half_life_days), 1e6)
      : 0;
  }
  const document = prefix === "custom."
    ? lead.columns.custom_fields
    : prefix === "company."
    ? lead.columns.company_data
    : lead.columns;
  return holdsForValue(rule, (document as Record<string, unknown>)[key!]) ? points : 0;
}

/** Judges a lead by a model as of a moment. */
export function judge(model: Model, lead: Lead, at: number): Judgement {
  const rules = model.rules.map((rule) => {
    const cap = hundredths(rule.cap ?? 9999.99);
    return Math.max(-cap, Math.min(cap, given(rule, lead, at)));
  });
  const excess = (group: Rule["rule_group"], cap: number | undefined) => {
    const sum = rules.reduce(
      (total, points, n) => total + (model.rules[n]!.rule_group === group ? points : 0),
      0,
    );
    return cap === undefined ? 0 : Math.min(0, hundredths(cap) - sum);
  };
  const caps = {
    fit: excess("fit", model.fit_cap),
    engagement: excess("engagement", model.engagement_cap),
  };
  const sum = rules.reduce((total, points) => total + points, hundredths(model.base)) +
    caps.fit + caps.engagement;
  return { rules, caps, score: Math.max(0, Math.min(10_000, sum)) };
}
