/**
 * Which tests are likely to notice a mutation, those first: of some 280, few run.
 * @module
 */

import type { Mutation } from "./mutations.ts";
import type { Test } from "./mutant.ts";

/** A file of the schema. */
export interface Source {
  domain: string;
  text: string;
}

/** Tables of the services, by the domains that write policies and triggers for them. */
const OF_SERVICES: Record<string, string> = {
  messages: "realtime",
  objects: "sources",
  users: "kernel",
};

/** The domain that makes the table, view or function. */
export function domainOf(name: string, sources: Source[]): string {
  if (name in OF_SERVICES) return OF_SERVICES[name] ?? "";
  const made = new RegExp(
    `^create (?:or replace )?(?:(?:unlogged )?table|view|function) \\w+\\.${name}\\b`,
    "m",
  );
  return sources.find(({ text }) => made.test(text))?.domain ?? "other";
}

const isMatrix = ({ file }: Test) => file.includes("access_matrix");

/** The matrix of these objects alone: all of it tries everybody at everything, which takes seconds. */
function matrixOf(matrix: Test, names: string[]): Test[] {
  const known = names.filter((name) => matrix.text.includes(`\n  ('${name}', `));
  const others = `<> all ('{${known}}')`;
  const text = matrix.text.replace(
    "select tests.check_matrix_is_complete();",
    `delete from tests.matrix_relations where relation ${others};
     delete from tests.matrix_writes where split_part(split_part(title, ',', 1), ' ', 2) ${others};
     delete from tests.matrix_calls where procedure ${others};`,
  );
  return known.length ? [{ file: `${matrix.file} of ${known}`, text }] : [];
}

/** The function, and the functions and views that come to call it. */
function callersOf(name: string, sources: Source[]): string[] {
  const called = [name];
  for (const callee of called) {
    for (const { text } of sources) {
      const caller = /^create (?:or replace function|view) \w+\.(\w+)/m.exec(text)?.[1];
      if (caller && !called.includes(caller) && text.includes(`private.${callee}(`)) {
        called.push(caller);
      }
    }
  }
  return called;
}

/** The tests in the order in which they are likely to notice; only those about its domain if `near`. */
export function likelyFirst(
  { about, name }: Mutation,
  tests: Test[],
  sources: Source[],
  near = false,
): Test[] {
  const insideFunction = /^(?!\w+: alter).* without /.test(name);
  // With which a guard refuses; a test of it says that, too.
  const message = / '\w+'$/.exec(name)?.[0] ?? about;
  const folder = `tests/${domainOf(about, sources)}/`;
  const callers = callersOf(about, sources);
  const rank = (test: Test) => {
    const { file, text } = test;
    if (isMatrix(test)) return 6;
    if (/constraint|index/.test(name) && file.includes("constraints_hold")) return -9;
    return (text.includes(about) ? 0 : callers.some((caller) => text.includes(caller)) ? 1 : 4) +
      (text.includes(message) ? 0 : 2) +
      (file.includes(about) ? 0 : 2) + (file.includes(folder) ? 0 : 2) +
      (insideFunction || name.includes(file.split("/").at(-2) ?? "") ? 0 : 1) +
      // What asks the catalogue is quick, and does not see into functions.
      (/_surface\/(?!constraints|functions)/.test(file) ? insideFunction ? -1 : -20 : 0);
  };
  const asked = tests.filter(({ file, text }) =>
    !near || text.includes(about) || file.includes(folder) || file.includes("_surface")
  ).toSorted((a, b) => rank(a) - rank(b));
  const admits = !insideFunction ||
    /without .*(require|authorize|private\.(can|own|my))/.test(name);
  const part = tests.filter((test) => admits && isMatrix(test))
    .flatMap((matrix) => matrixOf(matrix, callers.slice(0, 8)));
  const first = asked.filter((test) => rank(test) < 0);
  return [...first, ...part, ...asked.slice(first.length)];
}
