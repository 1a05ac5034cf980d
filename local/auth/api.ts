/** `/auth/v1`: the endpoints of GoTrue that supabase-js and this project use. */
import postgres from "postgres";
import type { AuthConfig } from "../config.ts";
import { claimsOf, type Credentials, type Keys, TokenError } from "../keys.ts";
import type { Mailbox } from "../mailbox.ts";
import * as admin from "./admin.ts";
import type { Handler } from "./context.ts";
import { AuthError, authErrorResponse } from "./errors.ts";
import * as flows from "./mail-flows.ts";
import * as oauth from "./oauth.ts";
import * as account from "./sign-in.ts";
import type { Metadata } from "./users.ts";

/** The local Auth of one database. */
export interface AuthApi {
  handle(request: Request, credentials: Credentials): Promise<Response>;
  close(): Promise<void>;
}

const settings: Handler = ({ config }) =>
  Response.json({
    external: { email: config.emailEnabled, phone: false, anonymous_users: config.enableAnonymous },
    disable_signup: !config.enableSignup,
    mailer_autoconfirm: !config.confirmEmail,
    phone_autoconfirm: false,
    sms_provider: "",
    saml_enabled: false,
  });

/** Endpoints that a browser's address bar reaches, so without an API key. */
const OPEN: Record<string, Handler> = {
  "GET /verify": flows.followLink,
  "GET /authorize": oauth.authorize,
  "GET /local-provider": oauth.consent,
  "GET /callback": oauth.callback,
  // The tokens are signed with a shared secret, which no key set may publish.
  "GET /.well-known/jwks.json": () => Response.json({ keys: [] }),
  "GET /health": () =>
    Response.json({ name: "GoTrue", version: "local", description: "local Auth" }),
};

const WITH_KEY: Record<string, Handler> = {
  "GET /settings": settings,
  "POST /signup": account.signUp,
  "POST /token": account.token,
  "POST /recover": flows.recover,
  "POST /otp": flows.otp,
  "POST /magiclink": flows.otp,
  "POST /resend": flows.resend,
  "POST /verify": flows.verify,
};

const WITH_TOKEN: Record<string, Handler> = {
  "GET /user": account.readUser,
  "PUT /user": account.updateUser,
  "POST /logout": account.logout,
};

const FOR_ADMINS: Record<string, Handler> = {
  "POST /invite": admin.invite,
  "GET /admin/users": admin.listUsers,
  "POST /admin/users": admin.addUser,
  "POST /admin/generate_link": admin.generateLink,
  "GET /admin/users/:id": admin.showUser,
  "PUT /admin/users/:id": admin.changeUser,
  "DELETE /admin/users/:id": admin.removeUser,
};

/** Opens Auth on a database; `url` logs in as supabase_auth_admin. */
export function openAuth(
  url: string,
  options: { config: AuthConfig; keys: Keys; apiUrl: string; mailbox: Mailbox },
): AuthApi {
  const sql = postgres(url, { max: 5, onnotice: () => {} });
  const { keys } = options;

  async function route(request: Request, credentials: Credentials): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace("/auth/v1", "").replace(
      /^(\/admin\/users)\/[^/]+$/,
      "$1/:id",
    );
    const key = `${request.method} ${path}`;
    const handler = OPEN[key] ?? WITH_KEY[key] ?? WITH_TOKEN[key] ?? FOR_ADMINS[key];
    if (!handler) throw new AuthError(404, "unknown", "404 page not found");
    if (!OPEN[key] && !credentials.keyRole) return missingKey(credentials.hasKey);
    const needsToken = handler === WITH_TOKEN[key] || handler === FOR_ADMINS[key];
    const claims = await claimsOf(needsToken ? credentials : { ...credentials, token: null }, keys)
      .catch((error) => {
        if (!(error instanceof TokenError)) throw error;
        const expired = error.code === "PGRST303";
        throw new AuthError(
          403,
          "bad_jwt",
          `invalid JWT: unable to parse or verify signature, ${
            expired ? "token has invalid claims: token is expired" : "token signature is invalid"
          }`,
        );
      });
    if (handler === WITH_TOKEN[key] && !credentials.token) {
      throw new AuthError(
        401,
        "no_authorization",
        "This endpoint requires a valid Bearer token",
      );
    }
    if (handler === FOR_ADMINS[key] && claims.role !== "service_role") {
      throw new AuthError(403, "not_admin", "User not allowed");
    }
    return await handler({ ...options, sql, request, url, claims, body: await readBody(request) });
  }

  return {
    async handle(request, credentials) {
      try {
        return await route(request, credentials);
      } catch (error) {
        if (error instanceof AuthError) return authErrorResponse(error, request);
        console.error("Auth:", error);
        const message = "Unexpected failure, please check server logs for more information";
        return authErrorResponse(new AuthError(500, "unexpected_failure", message), request);
      }
    },
    close: () => sql.end({ timeout: 5 }),
  };
}

/** Hosted's gateway refuses requests without a key before Auth sees them. */
export function missingKey(sent: boolean): Response {
  return Response.json(
    sent ? { message: "Invalid API key", hint: "Double check your Supabase `apikey`." } : {
      message: "No API key found in request",
      hint: "No `apikey` request header or url param was found.",
    },
    { status: 401 },
  );
}

async function readBody(request: Request): Promise<Metadata> {
  if (request.method === "GET") return {};
  const text = await request.text();
  try {
    const body: unknown = JSON.parse(text || "{}");
    if (body !== null && typeof body === "object" && !Array.isArray(body)) return body as Metadata;
  } catch {
    // Falls through to the one answer for everything that is not an object.
  }
  throw new AuthError(400, "bad_json", "Could not parse request body as JSON");
}
