/**
 * The guards that stand inside functions and policies, and what each becomes when it is loosened.
 * @module
 */

/** One piece of a definition, loosened. */
export interface Loosened {
  /** What is gone, in a line. */
  guard: string;
  /** The definition without it. */
  definition: string;
}

const EVERY_AGENCY = "array(select a.id from public.agencies as a)";
const EVERY_CLIENT = "array(select c.id from public.clients as c)";
const OWN_CLAIM = "(select t.claim from private.tasks as t where t.id = $2)";

/** Guards and what they become: nothing is asked, or no more than being able to read. */
const WAYS: [guard: RegExp, instead: string][] = [
  [/\b(perform|select) private\.(?:require|refuse)\w*\([^;]*\);/g, "$1 1;"],
  [/(private\.authorize_\w+\([^;]*?'[a-z_]+)\.\w+'/g, "$1.read'"],
  // Whoever names the task is taken for its worker.
  [
    /(private\.(?:hold_task|hold_job|extend_lease)\()(\w+\.task_id), \w+\.claim/g,
    `$1$2, ${OWN_CLAIM}`,
  ],
  [/ and t\.claim = [\w.]+/g, ""],
  [/ and t\.state = 'running'/g, ""],
  // Work goes on where it should stop.
  [/if v_held\.stop is not null then/g, "if false then"],
  [/\b(els)?if (?!false)[^;]*? then(?=\s+v_stop :=)/g, "$1if false then"],
  [/\b(els)?if (?:(?! then\s)[^;])* then(?=\s+raise exception)/g, "$1if false then"],
  // Whose rows are shown, and to whom.
  [/\bprivate\.can\((?:[^()]|\([^()]*\))*\)/g, "true"],
  [/\bprivate\.is_(?:service|staff)\(\)/g, "true"],
  [/\bprivate\.(?:my_agencies|agencies_with)\([^()]*\)/g, EVERY_AGENCY],
  [/\bprivate\.own_clients\([^()]*\)/g, EVERY_CLIENT],
  [/\b\w+(?:\.\w+)? = (?:private\.uid\(\)|v_user\b)/g, "true"],
  [/\b\w+\.status = 'active'/g, "true"],
  [/\(v_requested is null or [^()]*\)/g, "true"],
];

/** What comes soon after a condition says which one it was. */
const MESSAGE = /^\s+raise exception using errcode = '\w+', message = ('\w+')/;

/** Guards that some functions ask once more after a lock: one is as good as both, so both go. */
const ASKED_AGAIN = /^(?:perform|select) private\.require|^private\.authorize/;

/** A function with one guard loosened: each one, wherever it stands. */
export function loosenFunction(definition: string): Loosened[] {
  const body = definition.indexOf("AS $");
  return WAYS.flatMap(([guard, instead]) =>
    [...definition.matchAll(guard)].filter(({ index }) => index > body).map((match) => {
      const rest = definition.slice(match.index);
      const message = MESSAGE.exec(rest.slice(match[0].length))?.[1];
      const loosened = rest.replace(new RegExp(guard.source), instead);
      return {
        guard: match[0].replace(/\s+/g, " ") + (message ? ` ${message}` : ""),
        definition: ASKED_AGAIN.test(match[0])
          ? definition.replaceAll(match[0], match[0].replace(new RegExp(guard.source), instead))
          : definition.slice(0, match.index) + loosened,
      };
    })
  ).filter((loosened, n, all) =>
    loosened.definition !== definition &&
    all.findIndex((other) => other.definition === loosened.definition) === n
  ).map((loosened, n, all) => {
    const before = all.slice(0, n).filter(({ guard }) => guard === loosened.guard).length;
    return before ? { ...loosened, guard: `${loosened.guard} (${before + 1})` } : loosened;
  });
}

/** The parts that a condition, as Postgres prints it, joins by `and`. */
function conjuncts(condition: string): string[] {
  const inner = condition.slice(1, -1);
  let depth = 0;
  let start = 0;
  const parts: string[] = [];
  for (let at = 0; at < inner.length; at++) {
    if (inner[at] === "(") depth++;
    if (inner[at] === ")") depth--;
    if (depth === 0 && inner.startsWith(" AND ", at)) {
      parts.push(inner.slice(start, at));
      start = at + 5;
    }
  }
  return [...parts, inner.slice(start)];
}

/** A condition of a policy with one of its parts gone, or asking for no more than being able to read. */
export function loosenCondition(condition: string): Loosened[] {
  const parts = conjuncts(condition);
  const without = parts.length < 2 ? [] : parts.map((part) => ({
    guard: part,
    definition: condition.replace(part, () => "true"),
  }));
  const weaker = condition.replace(/'(\w+)\.(?!read)\w+'/g, "'$1.read'");
  return weaker === condition
    ? without
    : [...without, { guard: "more than reading", definition: weaker }];
}
