/**
 * Somebody's API on loopback, whose pages come when the test lets them.
 * @module
 */

/** People on a page; a job hands over as many at once. */
export const PAGE = 1000;

/** A running API of people. */
export interface Api extends AsyncDisposable {
  /** Where the people are. */
  readonly url: string;
  /** Pages asked for, in order. */
  readonly asked: number[];
  /** Answers the pages up to this one, those waited for already too. */
  release(page: number): void;
  /** Resolves when a page beyond what was released has been asked for so often. */
  held(page: number, times?: number): Promise<void>;
}

/** Serves so many pages of people, `<mark>-<n>@x.test`, to whoever has the token. */
export function startApi(mark: string, pages: number, token: string): Api {
  const asked: number[] = [];
  const gates = Array.from({ length: pages + 2 }, () => Promise.withResolvers<void>());
  const waiting: { page: number; times: number; resolve: () => void }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    if (request.headers.get("authorization") !== `Bearer ${token}`) {
      return Response.json({ message: "Unknown token" }, { status: 401 });
    }
    const page = Number(new URL(request.url).searchParams.get("page"));
    asked.push(page);
    for (const it of waiting) {
      if (asked.filter((one) => one === it.page).length >= it.times) it.resolve();
    }
    await gates[page]?.promise;
    const first = (page - 1) * PAGE + 1;
    const people = Array.from(
      { length: page <= pages ? PAGE : 0 },
      (_, n) => ({ mail: `${mark}-${first + n}@x.test`, given: `Person ${first + n}` }),
    );
    return Response.json({ total: pages * PAGE, people });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/people`,
    asked,
    release: (page) => gates.slice(0, page + 1).forEach(({ resolve }) => resolve()),
    held(page, times = 1) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ page, times, resolve });
      if (asked.filter((one) => one === page).length >= times) resolve();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      gates.forEach(({ resolve }) => resolve());
      await server.shutdown();
    },
  };
}

/** The settings of a data source that reads it. */
export function settingsOf(api: Api): Record<string, unknown> {
  return {
    url: api.url,
    auth: { kind: "bearer" },
    rows: "people",
    total: "total",
    paging: { kind: "page", sizeParameter: "size", size: PAGE },
    mapping: { mail: "email", given: "firstName" },
  };
}
