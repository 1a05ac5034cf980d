import assert from "node:assert/strict";
import { fakeUpstream, send } from "../_shared/testing.ts";
import type { Mail } from "../_shared/mail.ts";
import { createAgenciesApp } from "./app.ts";

const AGENCY = "019a0000-0000-7000-8000-000000000001";
const upstream = (headers: Record<string, string> = {}) =>
  fakeUpstream(() =>
    Response.json({
      id: AGENCY,
      agency_id: AGENCY,
      email: "new@example.test",
      roles: ["sales"],
      token: "the-token",
      agency_name: "Harbor",
    }, { headers })
  );
const invite = (app: ReturnType<typeof createAgenciesApp>) =>
  send(app, "POST", `/agencies/${AGENCY}/invite`, {
    body: { email: "new@example.test", roles: ["sales"] },
  });

Deno.test("an invitation is mailed to the address invited, its link below the site's", async () => {
  const mails: Mail[] = [];
  const app = createAgenciesApp(upstream().config, {
    siteUrl: "https://app.example.test",
    send: (mail) => Promise.resolve(void mails.push(mail)),
  });
  assert.equal((await invite(app)).status, 201);
  assert.deepEqual(mails.map(({ to, subject }) => ({ to, subject })), [
    { to: "new@example.test", subject: "Join Harbor" },
  ]);
  assert.match(mails[0]?.text ?? "", /^https:\/\/app\.example\.test\/invitations\/the-token$/m);
});

Deno.test("a mail that cannot be sent is logged without its token and takes nothing back", async () => {
  const { config, lines } = upstream();
  const app = createAgenciesApp(config, {
    siteUrl: "",
    send: () => Promise.reject(new Error("connection refused")),
  });
  assert.equal((await invite(app)).status, 201);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /MAIL_NOT_SENT.*connection refused/);
  assert.doesNotMatch(lines[0] ?? "", /the-token/);
});

Deno.test("a repetition sends no second mail", async () => {
  const mails: Mail[] = [];
  const app = createAgenciesApp(upstream({ "Idempotency-Replayed": "true" }).config, {
    siteUrl: "",
    send: (mail) => Promise.resolve(void mails.push(mail)),
  });
  const response = await invite(app);
  assert.deepEqual([response.status, response.headers.get("idempotency-replayed")], [201, "true"]);
  assert.deepEqual(mails, []);
});
