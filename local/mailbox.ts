/** The local mailbox: what Auth and the functions would send is kept for a test or a person to read. */

/** A mail. `link`, `otp` and `tokenHash` are what its text says, ready to use in a test. */
export interface Mail {
  id: number;
  at: string;
  to: string;
  subject: string;
  text: string;
  type: string;
  link: string;
  otp: string;
  tokenHash: string;
}

/** Stores mails and answers `/mailbox`. */
export interface Mailbox {
  deliver(mail: Omit<Mail, "id" | "at">): Promise<void>;
  /** `GET …/api/messages?to=` (newest first), `DELETE …/api/messages`, and a page for a person. */
  handle(request: Request): Promise<Response>;
}

/** Opens the mailbox whose mails are lines of `file`. */
export async function openMailbox(file: string): Promise<Mailbox> {
  const lines = await Deno.readTextFile(file).catch(() => "");
  let mails = lines.split("\n").filter(Boolean).map((line) => JSON.parse(line) as Mail);
  return {
    async deliver(mail) {
      const stored = { id: (mails[0]?.id ?? 0) + 1, at: new Date().toISOString(), ...mail };
      mails.unshift(stored);
      await Deno.writeTextFile(file, JSON.stringify(stored) + "\n", { append: true, mode: 0o600 });
    },
    async handle(request) {
      const url = new URL(request.url);
      if (!url.pathname.endsWith("/api/messages")) return page(mails);
      if (request.method === "DELETE") {
        mails = [];
        await Deno.writeTextFile(file, "");
        return new Response(null, { status: 204 });
      }
      const to = url.searchParams.get("to")?.toLowerCase();
      return Response.json(mails.filter((mail) => !to || mail.to.toLowerCase() === to));
    },
  };
}

function page(mails: Mail[]): Response {
  const escape = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const items = mails.map((mail) =>
    `<article><h2>${escape(mail.subject)}</h2><p>to ${escape(mail.to)}, ${mail.at}</p>
     <pre>${escape(mail.text)}</pre><p><a href="${
      escape(mail.link)
    }">Open the link</a></p></article>`
  );
  return new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Local mailbox</title>
     <style>body{font:16px system-ui;max-width:48rem;margin:2rem auto}pre{white-space:pre-wrap}</style>
     <h1>Local mailbox</h1>${items.join("") || "<p>No mail yet.</p>"}</html>`,
    { headers: { "content-type": "text/html; charset=utf-8" } },
  );
}
