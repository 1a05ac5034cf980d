import assert from "node:assert/strict";
import { redirectTarget } from "./context.ts";

const SITE = "https://site.example";

/** Where a browser that asked for `target` is sent. */
function targetOf(target: string, redirectUrls: string[], siteUrl = SITE): string {
  const request = new Request("http://127.0.0.1/auth/v1/verify");
  const context = { config: { siteUrl, redirectUrls }, request, url: new URL(request.url) };
  return redirectTarget(context, target);
}

Deno.test("the site itself is allowed, other hosts, ports and schemes are not", () => {
  assert.equal(targetOf(`${SITE}/any/path?x=1`, []), `${SITE}/any/path?x=1`);
  for (
    const other of [
      "https://evil.example",
      "http://site.example",
      "https://site.example:8443/",
      "https://site.example.evil.example/",
      "https://site.example@evil.example/",
      "javascript:alert(1)",
    ]
  ) assert.equal(targetOf(other, []), SITE, other);
});

Deno.test("on loopback every port is the site's", () => {
  assert.equal(
    targetOf("http://127.0.0.1:5173/x", [], "http://127.0.0.1:3000"),
    "http://127.0.0.1:5173/x",
  );
});

Deno.test("patterns: * stops at separators, ** does not", () => {
  const one = ["https://*.app.example/in/*"];
  assert.equal(targetOf("https://a.app.example/in/x", one), "https://a.app.example/in/x");
  assert.equal(targetOf("https://a.app.example/in/x/y", one), SITE);
  assert.equal(targetOf("https://a.b.app.example/in/x", one), SITE);
  assert.equal(targetOf("https://evil.example/.app.example/in/x", one), SITE);
  const deep = ["https://app.example/**"];
  assert.equal(targetOf("https://app.example/in/x/y", deep), "https://app.example/in/x/y");
  assert.equal(targetOf("myapp://open", ["myapp://open"]), "myapp://open");
});
