import assert from "node:assert/strict";
import type { Mail, Mailer } from "../../_shared/mail.ts";
import { FinalError, type TaskContext } from "../handler.ts";
import { notificationEmail } from "./notification.email.ts";

const letter = {
  notification_id: "019a0000-0000-7000-8000-000000000001",
  to: "ada@example.test",
  agency_name: "Harbor",
  title: "2 leads were assigned to you",
  body: null,
};

/** Runs the handler once: how it ends, and what it does, in order. */
function run(found: typeof letter | null, send?: Mailer["send"] | null) {
  const did: unknown[] = [];
  const mails: Mail[] = [];
  const rpc = (name: string, args: Record<string, unknown>) => {
    assert.deepEqual(args, { task_id: "task", claim: 7 });
    did.push(name);
    return Promise.resolve(name === "begin_notification_email" ? found : null);
  };
  const context: TaskContext = {
    rpc: rpc as TaskContext["rpc"],
    signal: new AbortController().signal,
    deadline: Infinity,
    env: {},
    fetch,
    log: () => {},
  };
  const handler = notificationEmail(() =>
    send === null ? null : {
      siteUrl: "https://app.example.test",
      send: send ?? ((mail) => {
        did.push("sent");
        return Promise.resolve(void mails.push(mail));
      }),
    }
  );
  const outcome = handler.run({
    id: "task",
    agencyId: "agency",
    kind: handler.kind,
    payload: { notification_id: letter.notification_id },
    claim: 7,
    attempt: 1,
    maxAttempts: 20,
  }, context);
  return { outcome, did, mails };
}

Deno.test("a notification is mailed and then marked as mailed", async () => {
  const { outcome, did, mails } = run(letter);
  assert.deepEqual(await outcome, { done: { sent: true } });
  assert.deepEqual(did, ["begin_notification_email", "sent", "finish_notification_email"]);
  const [mail] = mails;
  assert.deepEqual([mail?.to, mail?.subject], [letter.to, letter.title]);
  assert.equal(mail?.messageId, `<${letter.notification_id}@notifications.backline>`);
  assert.match(mail?.text ?? "", /^https:\/\/app\.example\.test\/notifications$/m);
  assert.match(mail?.text ?? "", /member of Harbor/);
});

Deno.test("what is not wanted any more is not mailed, and is no failure", async () => {
  const { outcome, did } = run(null);
  assert.deepEqual(await outcome, { done: { sent: false, reason: "not wanted any more" } });
  assert.deepEqual(did, ["begin_notification_email"]);
});

Deno.test("without a mail server nothing is asked", async () => {
  const { outcome, did } = run(letter, null);
  assert.deepEqual(await outcome, { done: { sent: false, reason: "SMTP_URL is not set" } });
  assert.deepEqual(did, []);
});

Deno.test("a mail server that cannot be reached is tried again; one that refuses for good is not", async () => {
  const unreachable = Object.assign(new Error("connect ECONNREFUSED"), { code: "ESOCKET" });
  const busy = Object.assign(new Error("try later"), { responseCode: 451 });
  for (const error of [unreachable, busy]) {
    const { outcome, did } = run(letter, () => Promise.reject(error));
    await assert.rejects(outcome, error);
    assert.deepEqual(did, ["begin_notification_email"], "and it is not marked");
  }
  for (const command of ["RCPT TO", "DATA"]) {
    const refused = Object.assign(new Error("not this one"), { responseCode: 550, command });
    const { outcome } = run(letter, () => Promise.reject(refused));
    await assert.rejects(outcome, FinalError);
  }
});

Deno.test("what the mail server refuses to us, and not to this mail, is tried again until it is mended", async () => {
  for (const command of ["CONN", "AUTH PLAIN", "MAIL FROM"]) {
    const refused = Object.assign(new Error("not you"), { responseCode: 535, command });
    const { outcome } = run(letter, () => Promise.reject(refused));
    await assert.rejects(outcome, refused);
  }
});
