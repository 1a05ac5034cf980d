import { z } from "@hono/zod-openapi";
import { fromColumns, snake } from "./mapping.ts";
import type { KitContext } from "./operation.ts";
import { problem } from "./problem.ts";
import { DEFAULT_PAGE_SIZE } from "./schemas.ts";
import {
  type ExportName,
  type Keyed,
  readUpstreamJson,
  rpc,
  type RpcArgs,
  rpcExport,
  type RpcName,
} from "./upstream.ts";

/** Answers with what one procedure returns, in the operation's contract. */
export async function reply<N extends RpcName>(
  c: KitContext,
  name: N,
  args: RpcArgs<N>,
  keyed: Keyed = "keyed",
): Promise<Response> {
  return respond(c, await readUpstreamJson(await rpc(c, name, args, keyed)));
}

/** Answers a success with data in SQL's spelling. */
export function respond(
  c: KitContext,
  data: unknown,
  message: string | undefined = c.get("contract").message,
): Response {
  const contract = c.get("contract");
  return c.json({
    success: true,
    data: fromColumns(contract.data, data),
    ...(message ? { message } : {}),
  }, contract.status);
}

const PageDocument = z.object({
  items: z.array(z.unknown()),
  total: z.number().optional(),
  next_cursor: z.string().nullish(),
});

/** Answers with the page document one procedure returns: `{items, total}` or `{items, next_cursor}`. */
export async function replyPage<N extends RpcName>(
  c: KitContext,
  name: N,
  args: RpcArgs<N>,
  query: { readonly page?: number; readonly pageSize?: number; readonly cursor?: string } = {},
): Promise<Response> {
  const document = PageDocument.safeParse(await readUpstreamJson(await rpc(c, name, args)));
  if (!document.success) throw problem("INTERNAL_ERROR", { cause: document.error });
  const { items, total = items.length, next_cursor } = document.data;
  // A procedure without pages answers everything as one, of the usual size or larger.
  const pageSize = query.pageSize ?? Math.max(items.length, DEFAULT_PAGE_SIZE);
  return c.json({
    success: true,
    data: fromColumns(c.get("contract").data, items),
    pagination: query.cursor === undefined
      ? { page: query.page ?? 1, pageSize, total, totalPages: Math.ceil(total / pageSize) }
      : { nextCursor: next_cursor ?? null, pageSize },
  });
}

/** Answers with the file an export returns, streamed through as it comes. */
export async function replyExport<N extends ExportName>(
  c: KitContext,
  name: N,
  args: RpcArgs<N>,
  file: { readonly name: string; readonly type: string },
): Promise<Response> {
  const { body } = await rpcExport(c, name, args, file.type);
  return c.newResponse(body, 200, {
    "Content-Type": `${file.type}; charset=utf-8`,
    "Content-Disposition": `attachment; filename="${file.name}"`,
  });
}

type SnakeName<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeName<Rest>}`
  : S;

/** Arguments of a procedure, named as the query's parameters are but in SQL's spelling. */
export type SqlArgs<Q> = { [K in keyof Q & string as SnakeName<K>]: Q[K] };

/** The arguments of a list procedure: names and the sort column in SQL's spelling, unset ones left out. */
export function toArgs<Q extends object>(query: Q): SqlArgs<Q> {
  const set = Object.entries(query).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    set.map(([key, value]) => [snake(key), key === "sortBy" ? snake(String(value)) : value]),
  ) as SqlArgs<Q>;
}
