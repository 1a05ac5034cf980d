/** An invitation reaches the person invited: by a mail whose link holds the token. */

import { match, ok, strictEqual } from "node:assert/strict";
import { foundAgency } from "./_agency.ts";
import { call, signUp, stack } from "./_support.ts";
import type { NewInvitation } from "./_types.ts";

interface StoredMail {
  to: string;
  subject: string;
  text: string;
  link: string;
}

async function mailsTo(address: string): Promise<StoredMail[]> {
  const response = await fetch(`${stack.mailUrl}/api/messages?to=${encodeURIComponent(address)}`);
  return await response.json();
}

Deno.test("an invitation is mailed with a link that signs up into the agency", async () => {
  const { id, owner } = await foundAgency("Harbor & Söhne");
  const email = `${crypto.randomUUID()}@example.test`;
  await owner.data("POST", `/agencies/${id}/invite`, { email, roles: ["sales"] });

  const [mail, ...others] = await mailsTo(email);
  ok(mail);
  strictEqual(others.length, 0);
  strictEqual(mail.subject, "Join Harbor & Söhne");
  match(mail.text, /as sales/);
  const token = new URL(mail.link).pathname.replace("/invitations/", "");
  const member = await signUp({ email, invitationToken: token });
  const me = await member.data<{ activeAgencyId: string; roles: string[] }>("GET", "/auth/me");
  strictEqual(me.activeAgencyId, id);
});

Deno.test("repeating an invitation under its Idempotency-Key sends no second mail", async () => {
  const { id, owner } = await foundAgency();
  const email = `${crypto.randomUUID()}@example.test`;
  const invite = () =>
    call<NewInvitation>("POST", `/agencies/${id}/invite`, { email, roles: ["sales"] }, {
      token: owner.token,
      headers: { "Idempotency-Key": `invite-${email}` },
    });
  const first = await invite();
  const second = await invite();
  strictEqual(first.status, 201);
  strictEqual(second.text, first.text);
  strictEqual((await mailsTo(email)).length, 1);
});
