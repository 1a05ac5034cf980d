/**
 * An API of nobody in particular, which pages in every way that the connector knows.
 * @module
 */

import { type FakeProvider, serve } from "./server.ts";

/** What the API gives, and to whom. */
export interface ApiOptions {
  readonly rows: readonly unknown[];
  /** The most rows of a page. */
  readonly pageSize?: number;
  /** Needed as bearer token, in the header X-Key or as the query's `key`; none unless told. */
  readonly token?: string;
}

/**
 * Serves `/page`, `/offset`, `/cursor`, `/link` (a bare list) and `/list` (all at once); the others
 * answer `{data: {items, total, next}}`.
 */
export function serveApi({ rows, pageSize = 10, token }: ApiOptions): FakeProvider {
  return serve(({ method, url, headers, body }) => {
    const query = method === "POST" ? JSON.parse(body) : Object.fromEntries(url.searchParams);
    const given = [
      headers.get("authorization")?.replace(/^Bearer /, ""),
      headers.get("x-key"),
      url.searchParams.get("key"),
    ];
    if (token !== undefined && !given.includes(token)) {
      return Response.json({ message: `No such key: ${given.find((key) => key)}` }, {
        status: 401,
      });
    }
    const answer = (from: number, size = pageSize, more: object = {}) =>
      Response.json({
        data: {
          items: rows.slice(from, from + Math.min(size, pageSize)),
          total: rows.length,
          ...more,
        },
      });
    switch (url.pathname) {
      case "/list":
        return Response.json(rows);
      case "/page":
        return answer((Number(query.page) - 1) * pageSize);
      case "/offset":
        return answer(Number(query.offset), Number(query.limit));
      case "/cursor": {
        const from = query.cursor === undefined ? 0 : Number(atob(query.cursor));
        const next = from + pageSize < rows.length ? btoa(String(from + pageSize)) : null;
        return answer(from, pageSize, { next });
      }
      case "/link": {
        const from = Number(query.from ?? 0);
        const links = ['</docs>; rel="help"'];
        if (from + pageSize < rows.length) {
          // Next pages' addresses repeat the query, as most APIs' do, and so a key in it.
          const next = new URLSearchParams({ ...query, from: String(from + pageSize) });
          links.unshift(`</link?${next}>; title="a; b"; rel="next last"`);
        }
        return Response.json(rows.slice(from, from + pageSize), {
          headers: { Link: links.join(", ") },
        });
      }
    }
    return Response.json({ error: { message: "No such page" } }, { status: 404 });
  });
}
