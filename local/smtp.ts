/** The stack's mail server: takes what functions send by SMTP and keeps it in the local mailbox. */
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { Mailbox } from "./mailbox.ts";

/** Listens on a free port of 127.0.0.1. */
export async function startSmtp(mailbox: Mailbox): Promise<{ url: string; stop(): Promise<void> }> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, session, done) {
      deliver(mailbox, stream, session.envelope.rcptTo.map(({ address }) => address))
        .then(() => done(), done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function deliver(
  mailbox: Mailbox,
  stream: AsyncIterable<Uint8Array>,
  recipients: string[],
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const { subject = "", text = "" } = await PostalMime.parse(
    await new Blob(chunks as BlobPart[]).arrayBuffer(),
  );
  const link = /https?:\/\/\S+/.exec(text)?.[0] ?? "";
  for (const to of recipients) {
    await mailbox.deliver({ to, subject, text, type: "message", link, otp: "", tokenHash: "" });
  }
}
