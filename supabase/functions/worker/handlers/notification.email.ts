import { z } from "@hono/zod-openapi";
import { type Mail, mailerFromEnv } from "../../_shared/mail.ts";
import { FinalError, type Handler } from "../handler.ts";

const Payload = z.object({ notification_ids: z.array(z.guid()).min(1) });

/** What there is to be sent, as `begin_notification_email` answers it. */
interface Letter {
  to: string;
  agency_name: string;
  notifications: { id: string; title: string; body: string | null }[];
}

/** A mail tells no more than so many, and how many there are besides. */
const MAX_TOLD = 50;

/**
 * Sends a user's notifications to their address in one mail, those that are still wanted. A mail that
 * was sent is marked before the task is done: only a worker that dies between the two sends it again,
 * under the same Message-ID.
 */
export function notificationEmail(
  mailerOf: typeof mailerFromEnv = mailerFromEnv,
): Handler<z.infer<typeof Payload>> {
  return {
    kind: "notification.email",
    payload: Payload,
    leaseSeconds: 120,
    async run({ id, claim }, { rpc, env }) {
      const mailer = mailerOf(env);
      if (!mailer) return { done: { sent: false, reason: "SMTP_URL is not set" } };
      const task = { task_id: id, claim };
      const letter = await rpc<Letter | null>("begin_notification_email", task);
      if (!letter) return { done: { sent: false, reason: "not wanted any more" } };
      try {
        await mailer.send(mailOf(id, letter, mailer.siteUrl));
      } catch (error) {
        if (error instanceof Error && isRefusal(error)) throw new FinalError(error.message);
        throw error;
      }
      const notification_ids = letter.notifications.map(({ id }) => id);
      await rpc("finish_notification_email", { ...task, notification_ids });
      return { done: { sent: true } };
    },
  };
}

/**
 * Whether the mail server wants this mail from nobody, such as one for an address that is no one's.
 * What it says before it knows the mail (a wrong password, a sender it does not like) is for the
 * operator to mend, and until then no mail is to be lost.
 */
function isRefusal(error: Error): boolean {
  const [responseCode, command] = ["responseCode", "command"].map((name) =>
    Reflect.get(error, name)
  );
  return Number(responseCode) >= 500 && (command === "RCPT TO" || command === "DATA");
}

function mailOf(taskId: string, letter: Letter, siteUrl: string): Mail {
  const { to, agency_name, notifications } = letter;
  const [first] = notifications;
  const more = notifications.length - MAX_TOLD;
  const paragraphs = [
    ...notifications.slice(0, MAX_TOLD).map(({ title, body }) =>
      body ? `${title}\n\n${body}` : title
    ),
    more > 0 && `And ${more} more.`,
    siteUrl && `${siteUrl}/notifications`,
  ];
  return {
    to,
    subject: first && notifications.length === 1
      ? first.title
      : `${notifications.length} notifications from ${agency_name}`,
    text: `${paragraphs.filter(Boolean).join("\n\n")}

You get this mail as a member of ${agency_name}. Your preferences for notifications say which ones
come by mail.
`,
    messageId: `<${taskId}@notifications.backline>`,
  };
}
