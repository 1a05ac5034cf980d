import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import { CONTENT_SECURITY_POLICY } from "../_shared/headers.ts";
import type { KitApp } from "../_shared/operation.ts";
import { type ApiDocument, buildDocument } from "./document.ts";
import { renderPage } from "./page.ts";

/** The function `docs`: the document and its reference page, for everyone. */
export function createDocsApp(config: KitConfig): KitApp {
  const app = createApp({ name: "docs", config });
  // Made by the first request, so that starting costs nothing.
  let document: ApiDocument | undefined;
  app.get("/docs/openapi.json", (c) => c.json(document ??= buildDocument()));
  app.get("/docs", (c) => {
    const nonce = crypto.randomUUID();
    c.get("headers")["Content-Security-Policy"] =
      `${CONTENT_SECURITY_POLICY}; style-src 'nonce-${nonce}'`;
    return c.html(renderPage(document ??= buildDocument(), nonce));
  });
  return app;
}
