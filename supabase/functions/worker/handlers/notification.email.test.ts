import assert from "node:assert/strict";
import type { Mail, Mailer } from "../../_shared/mail.ts";
import { FinalError, type TaskContext } from "../handler.ts";
import { notificationEmail } from "./notification.email.ts";

const TASK = "019a0000-0000-7000-8000-00000000000f";

function letterOf(...told: { title: string; body: string | null }[]) {
  const notifications = told.map((n, at) => ({ id: `notification ${at + 1}`, ...n }));
  return { to: "ada@example.test", agency_name: "Harbor", notifications };
}

const letter = letterOf({ title: "2 leads were assigned to you", body: null });

/** Runs the handler once: how it ends, and what it does, in order. */
function run(found: typeof letter | null, send?: Mailer["send"] | null) {
  const did: unknown[] = [];
  const mails: Mail[] = [];
  const rpc = (name: string, args: Record<string, unknown>) => {
    const { notification_ids, ...task } = args;
    assert.deepEqual(task, { task_id: TASK, claim: 7 });
    did.push(notification_ids ? [name, notification_ids] : name);
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
    id: TASK,
    agencyId: "agency",
    kind: handler.kind,
    payload: { notification_ids: [] },
    claim: 7,
    attempt: 1,
    maxAttempts: 20,
  }, context);
  return { outcome, did, mails };
}

Deno.test("a notification is mailed and then marked as mailed", async () => {
  const { outcome, did, mails } = run(letter);
  assert.deepEqual(await outcome, { done: { sent: true } });
  assert.deepEqual(did, [
    "begin_notification_email",
    "sent",
    ["finish_notification_email", ["notification 1"]],
  ]);
  const [mail] = mails;
  assert.deepEqual([mail?.to, mail?.subject], [letter.to, "2 leads were assigned to you"]);
  assert.equal(mail?.messageId, `<${TASK}@notifications.backline>`, "the same at every try");
  assert.match(mail?.text ?? "", /^https:\/\/app\.example\.test\/notifications$/m);
  assert.match(mail?.text ?? "", /member of Harbor/);
});

Deno.test("several go in one mail, which tells the first fifty and how many there are besides", async () => {
  const { outcome, did, mails } = run(letterOf(
    { title: "Ada was assigned to you", body: null },
    { title: "Fair: the job has failed", body: "The file is gone." },
  ));
  assert.deepEqual(await outcome, { done: { sent: true } });
  assert.deepEqual(did.at(-1), [
    "finish_notification_email",
    ["notification 1", "notification 2"],
  ]);
  assert.equal(mails[0]?.subject, "2 notifications from Harbor");
  assert.ok(mails[0].text.startsWith(
    "Ada was assigned to you\n\nFair: the job has failed\n\nThe file is gone.\n\nhttps:",
  ));

  const many = Array.from({ length: 52 }, (_, n) => ({ title: `Lead ${n + 1}`, body: null }));
  const long = run(letterOf(...many));
  await long.outcome;
  assert.equal(long.mails[0]?.subject, "52 notifications from Harbor");
  assert.match(long.mails[0].text, /^Lead 1\n[^]*\nLead 50\n\nAnd 2 more\.\n/);
  assert.doesNotMatch(long.mails[0].text, /Lead 51/);
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
