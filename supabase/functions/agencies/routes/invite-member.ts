import { jsonBody, type KitApp, operation } from "../../_shared/operation.ts";
import { reply, toArgs } from "../../_shared/reply.ts";
import { isReplayed } from "../../_shared/upstream.ts";
import type { z } from "@hono/zod-openapi";
import { type Mail, type Mailer, sendMail } from "../../_shared/mail.ts";
import { AgencyParams, InviteMember, NewInvitation } from "../schemas.ts";

const route = operation({
  method: "post",
  path: "/agencies/{agencyId}/invite",
  operationId: "inviteMember",
  summary: "Invite someone by e-mail; the mail and, this once, the answer hold the token",
  rateClass: "write",
  permission: "members.manage",
  request: { params: AgencyParams, body: jsonBody(InviteMember) },
  data: NewInvitation,
  status: 201,
  message: "Invitation created.",
});

/** POST /agencies/:agencyId/invite */
export function registerInviteMember(app: KitApp, mailer: Mailer | null): void {
  app.openapi(route, async (c) => {
    const response = await reply(c, "invite_member", {
      agency_id: c.req.valid("param").agencyId,
      ...toArgs(c.req.valid("json")),
    });
    // A repetition has sent its mail before.
    if (mailer && !isReplayed(c)) {
      const { data } = await response.clone().json();
      await sendMail(c, mailer, invitationMail(mailer.siteUrl, data));
    }
    return response;
  });
}

function invitationMail(siteUrl: string, invitation: z.infer<typeof NewInvitation>): Mail {
  const { email, agencyName, roles, token } = invitation;
  return {
    to: email,
    subject: `Join ${agencyName}`,
    text: `${agencyName} invites you as ${roles.join(", ")}. Accept within 7 days:

${siteUrl}/invitations/${token}

The invitation is for ${email} alone and works once. If you did not expect it, ignore this mail.
`,
  };
}
