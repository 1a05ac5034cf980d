/**
 * Where in a JSON answer something is: `data.items`, `results[0].rows`, `["odd.key"].list`; empty for
 * the whole answer. A leading `$` or `$.` may stand.
 * @module
 */

const STEP = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** The steps of a path, or undefined where it is none. */
export function parsePath(path: string): (string | number)[] | undefined {
  const text = path.replace(/^\$\.?/, "");
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const [, name, position, quoted] = STEP.exec(text) ?? [];
    if (name !== undefined) steps.push(name);
    else if (position !== undefined) steps.push(Number(position));
    else if (quoted !== undefined) steps.push(quoted.replaceAll(/\\(.)/g, "$1"));
    else return undefined;
  }
  return steps;
}

/** What is at that place; undefined where nothing is. */
export function valueAt(body: unknown, path: string): unknown {
  let value = body;
  for (const step of parsePath(path) ?? []) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = Reflect.get(value, step);
  }
  return value;
}
