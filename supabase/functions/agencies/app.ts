import { createApp } from "../_shared/app.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { registerAcceptInvitation } from "./routes/accept-invitation.ts";
import { registerArchiveAgency } from "./routes/archive-agency.ts";
import { registerCreateAgency } from "./routes/create-agency.ts";
import { registerGetAgency } from "./routes/get-agency.ts";
import { registerGetInvitation } from "./routes/get-invitation.ts";
import { registerInviteMember } from "./routes/invite-member.ts";
import { registerListAgencies } from "./routes/list-agencies.ts";
import { registerListInvitations } from "./routes/list-invitations.ts";
import { registerListMembers } from "./routes/list-members.ts";
import { registerListRoles } from "./routes/list-roles.ts";
import { registerRestoreAgency } from "./routes/restore-agency.ts";
import { registerRevokeInvitation } from "./routes/revoke-invitation.ts";
import { registerSetMemberRoles } from "./routes/set-member-roles.ts";
import { registerSwitchAgency } from "./routes/switch-agency.ts";
import { registerUpdateAgency } from "./routes/update-agency.ts";

/** The function `agencies`. */
export function createAgenciesApp(config: KitConfig): KitApp {
  const app = createApp({ name: "agencies", config });
  // Before the paths with an id, which would take "invitations" for one.
  registerGetInvitation(app);
  registerAcceptInvitation(app);
  registerListAgencies(app);
  registerCreateAgency(app);
  registerGetAgency(app);
  registerUpdateAgency(app);
  registerArchiveAgency(app);
  registerRestoreAgency(app);
  registerSwitchAgency(app);
  registerListMembers(app);
  registerSetMemberRoles(app);
  registerListRoles(app);
  registerInviteMember(app);
  registerListInvitations(app);
  registerRevokeInvitation(app);
  return app;
}
