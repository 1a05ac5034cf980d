import { html } from "hono/html";
import type { ApiDocument } from "./document.ts";
import { STYLE } from "./style.ts";

type Html = ReturnType<typeof html>;
type PathItem = NonNullable<ApiDocument["paths"]>[string];
type Operation = NonNullable<PathItem["get"]>;

interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The reference page: the whole document on one page, without scripts and without other hosts. */
export function renderPage(document: ApiDocument, nonce: string): Html {
  const endpoints = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Endpoint => ({ method, path, operation }))
  );
  const tags = [...new Set(endpoints.flatMap(({ operation }) => operation.tags ?? []))];
  const ofTag = (tag: string) => endpoints.filter(({ operation }) => operation.tags?.includes(tag));
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${document.info.title} API</title>
        <style nonce="${nonce}">${STYLE}</style>
      </head>
      <body>
        <nav>
              <h1>${document.info.title}</h1>
              ${tags.map((tag) =>
                html`
                  <h2>${tag}</h2>
                  <ul>${ofTag(tag).map(link)}</ul>
                `
              )}
            </nav>
        <main>
              <p>${document.info.description}</p>
              <p>The same as a document: <a href="/functions/v1/docs/openapi.json">openapi.json</a></p>
              ${endpoints.map(section)}
            </main>
      </body>
    </html>
  `;
}

function link({ method, path, operation }: Endpoint): Html {
  return html`<li><a href="#${operation.operationId}"><b>${method}</b> ${path}</a></li>`;
}

function section({ method, path, operation }: Endpoint): Html {
  const failures = Object.keys(operation.responses ?? {}).filter((status) => status >= "400");
  return html`<section id="${operation.operationId}">
    <h3><b>${method}</b> ${path}</h3>
    <p>${operation.summary}. ${operation.description}</p>
    <p class="note">May call: ${operation["x-permission"]}. Limit: ${operation["x-rate-class"]}.</p>
    ${parameters(operation)} ${example("Body", operation.requestBody)} ${
    Object.entries(operation.responses ?? {})
      .filter(([status]) => status < "400")
      .map(([status, response]) => example(`Answer ${status}`, response))
  }
    <p class="note">Failures: ${failures.join(", ")}</p>
  </section>`;
}

function parameters(operation: Operation): Html | string {
  const rows = (operation.parameters ?? []).flatMap((parameter) =>
    "name" in parameter
      ? [
        html`
          <tr>
            <td>${parameter.name}</td>
            <td>${parameter.in}</td>
            <td>${parameter.required ? "required" : ""}</td>
            <td>${describe(parameter.schema)} ${parameter.description}</td>
          </tr>
        `,
      ]
      : []
  );
  return rows.length === 0 ? "" : html`<table>${rows}</table>`;
}

function describe(schema: object | undefined): string {
  const known: { enum?: unknown[]; type?: unknown; default?: unknown } = schema ?? {};
  const values = known.enum ? known.enum.join(" | ") : String(known.type ?? "");
  return known.default === undefined ? values : `${values} (default ${known.default})`;
}

function example(title: string, message: object | undefined): Html | string {
  const { content }: { content?: Record<string, { example?: unknown }> } = message ?? {};
  const [media] = Object.values(content ?? {});
  if (media?.example === undefined) return "";
  const shown = typeof media.example === "string"
    ? media.example
    : JSON.stringify(media.example, null, 2);
  return html`
    <details>
      <summary>${title}</summary>
      <pre>${shown}</pre>
    </details>
  `;
}
