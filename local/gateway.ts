/** The one port of the stack: routes by path, checks API keys, adds what browsers need. */
import { missingKey } from "./auth/api.ts";
import type { AuthApi } from "./auth/api.ts";
import { errorResponse } from "./data/errors.ts";
import type { DataApi } from "./data/rest.ts";
import type { FunctionsApi } from "./functions.ts";
import { type Gate, HOLD_PATH } from "./gate.ts";
import { claimsOf, credentialsOf, type Keys, TokenError } from "./keys.ts";
import type { Mailbox } from "./mailbox.ts";
import type { RealtimeServer } from "./realtime/server.ts";
import type { StorageApi } from "./storage/api.ts";

/** The services behind the gateway. */
export interface Services {
  auth: AuthApi;
  data: DataApi;
  storage: StorageApi;
  functions: FunctionsApi;
  gate: Gate;
  mailbox: Mailbox;
  /** Null where the database's user is no superuser. */
  realtime: RealtimeServer | null;
  keys: Keys;
}

/** Answers any request to the stack. */
export async function route(
  request: Request,
  info: Deno.ServeHandlerInfo,
  services: Services,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/functions/v1/")) return await services.functions.handle(request, info);
  if (pathname.startsWith("/mailbox")) return await services.mailbox.handle(request);
  if (pathname === "/realtime/v1/websocket") return await realtime(request, services);
  if (pathname === HOLD_PATH && request.headers.get("apikey") === services.keys.secretKey) {
    return await services.gate.hold();
  }
  if (!/^\/(rest|auth|storage|realtime)\/v1(\/|$)/.test(pathname)) {
    const message = "no Route matched with those values";
    return Response.json({ message }, { status: 404 });
  }
  if (request.method === "OPTIONS") return preflight(request);
  return withCors(await services.gate.through(() => serve(request, pathname, services)));
}

async function serve(request: Request, pathname: string, services: Services): Promise<Response> {
  const credentials = credentialsOf(request, services.keys);
  if (pathname.startsWith("/realtime/v1")) return await realtime(request, services);
  if (pathname.startsWith("/auth/v1")) return await services.auth.handle(request, credentials);
  if (pathname.startsWith("/storage/v1")) {
    return await services.storage.handle(request, credentials);
  }
  return credentials.keyRole ? await rest(request, services) : missingKey(credentials.hasKey);
}

async function rest(request: Request, { data, keys }: Services): Promise<Response> {
  try {
    return await data.handle(request, await claimsOf(credentialsOf(request, keys), keys));
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const { code, message, details } = error;
    return errorResponse({
      status: 401,
      code,
      message,
      details,
      hint: null,
      headers: {
        "www-authenticate": `Bearer error="invalid_token", error_description="${message}"`,
      },
    });
  }
}

async function realtime(request: Request, { realtime }: Services): Promise<Response> {
  const error = "Realtime needs a superuser of the database";
  return await realtime?.handle(request) ?? Response.json({ error }, { status: 503 });
}

function preflight(request: Request): Response {
  const asked = request.headers.get("access-control-request-headers");
  return new Response(null, {
    status: 200,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS",
      "access-control-allow-headers": asked ?? "*",
      "access-control-max-age": "3600",
    },
  });
}

function withCors(answer: Response): Response {
  // What Response.redirect made cannot be changed. Others are not copied: that would turn a body that
  // is there as a whole into a stream.
  const response = answer.headers.has("location") ? new Response(answer.body, answer) : answer;
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set(
    "access-control-expose-headers",
    "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Link, Location, " +
      "Server, Transfer-Encoding, Range-Unit, X-Total-Count",
  );
  return response;
}
