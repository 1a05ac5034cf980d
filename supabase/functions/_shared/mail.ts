import type { KitContext } from "./operation.ts";

/** A mail to one person. */
export interface Mail {
  /** The address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** The same for every attempt at one mail, so that one sent twice can be told; made up unless told. */
  readonly messageId?: string;
}

/** Sends mails; made once in `index.ts` from the environment. */
export interface Mailer {
  /** Where the frontend is, for links in mails; without a slash at the end. */
  readonly siteUrl: string;
  /** Hands a mail to the server. */
  send(mail: Mail): Promise<void>;
}

/**
 * The mailer of the environment: `SMTP_URL` (`smtps://user:password@host:465`), `MAIL_FROM`,
 * `SITE_URL`. Without `SMTP_URL` there is none, and whoever invites passes the token on themselves.
 */
export function mailerFromEnv(env: Readonly<Record<string, string | undefined>>): Mailer | null {
  const { SMTP_URL, MAIL_FROM = "Backline <no-reply@localhost>", SITE_URL = "" } = env;
  if (!SMTP_URL) return null;
  return {
    siteUrl: SITE_URL.replace(/\/+$/, ""),
    async send(mail) {
      // Loaded by the first mail: most requests send none.
      const { createTransport } = await import("nodemailer");
      await createTransport(SMTP_URL).sendMail({ from: MAIL_FROM, ...mail });
    },
  };
}

/** Sends a mail before the answer; one that cannot be sent is logged and takes nothing back. */
export async function sendMail(c: KitContext, mailer: Mailer, mail: Mail): Promise<void> {
  const [config, requestId] = [c.get("config"), c.get("requestId")];
  try {
    await mailer.send(mail);
  } catch (cause) {
    config.log(JSON.stringify({
      level: "error",
      requestId,
      code: "MAIL_NOT_SENT",
      subject: mail.subject,
      cause: cause instanceof Error ? cause.message : String(cause),
    }));
  }
}
