import type { SecureHeadersVariables } from "hono/secure-headers";
import { NONCE } from "hono/secure-headers";
import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { type ApiDocument, buildDocument } from "./document.ts";
import { renderPage } from "./page.ts";

/** The function `docs`: the document and its reference page, for everyone. */
export function createDocsApp(config: KitConfig): KitApp {
  const app = createApp({
    name: "docs",
    config,
    contentSecurityPolicy: { styleSrc: [NONCE] },
  });
  // Made by the first request, so that starting costs nothing.
  let document: ApiDocument | undefined;
  app.get("/docs/openapi.json", (c) => c.json(document ??= buildDocument()));
  app.get("/docs", (c) => {
    const { secureHeadersNonce = "" }: SecureHeadersVariables = c.var;
    return c.html(renderPage(document ??= buildDocument(), secureHeadersNonce));
  });
  return app;
}
