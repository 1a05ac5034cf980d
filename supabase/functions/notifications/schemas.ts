import { z } from "@hono/zod-openapi";
import { Id, JsonObject, PageQuery, Timestamp } from "../_shared/schemas.ts";

/** What one can be notified of. */
export const NotificationType = z.enum([
  "job.completed",
  "job.failed",
  "lead.assigned",
  "lead.qualified",
]);

/** Query of one's notifications, the newest first. */
export const NotificationQuery = PageQuery.extend({
  unread: z.stringbool({ truthy: ["true"], falsy: ["false"] }).default(false).meta({
    description: "Only those not read; `total` is then how many.",
    type: "boolean",
    example: false,
  }),
  cursor: z.string().max(1000).optional().meta({
    description:
      "Pages by key instead of by number: empty for the first page, then the last answer's nextCursor.",
  }),
});

/** What a member was told. */
export const Notification = z.object({
  id: Id,
  agencyId: Id,
  type: NotificationType.meta({ example: "lead.assigned" }),
  title: z.string().meta({ example: "3 leads were assigned to you" }),
  body: z.string().nullable().meta({ example: null }),
  data: JsonObject.meta({
    description: "What it is about: ids and counts.",
    example: { leads: 3, lead_ids: ["0199a3c4-d5e6-7890-8abc-def012345678"] },
  }),
  readAt: Timestamp.nullable().meta({ example: null }),
  createdAt: Timestamp,
}).openapi("Notification");

/** Which of one's notifications are read now. */
export const MarkRead = z.strictObject({
  ids: z.array(Id).min(1).max(100).optional().meta({
    description: "All of them where it is left out.",
    example: ["0199a3c4-d5e6-7890-8abc-def012345678"],
  }),
}).openapi("MarkNotificationsRead");

/** How many were marked, and how many are left. */
export const Marked = z.object({
  marked: z.number().int().meta({ example: 1 }),
  unread: z.number().int().meta({ example: 2 }),
}).openapi("NotificationsMarked");

/** The path of a preference. */
export const PreferenceParams = z.object({
  type: NotificationType.meta({ example: "lead.assigned" }),
});

/** By which ways to hear of a type; what is left out stays. */
export const SetPreference = z.strictObject({
  inApp: z.boolean().optional().meta({ example: true }),
  email: z.boolean().optional().meta({ example: false }),
}).openapi("SetNotificationPreference");

const ways = { inApp: z.boolean(), email: z.boolean().meta({ example: false }) };

/** By which ways the caller hears of a type. */
export const SavedPreference = z.object({ type: NotificationType, ...ways })
  .openapi("SavedNotificationPreference");

/** The same with what the type is about. */
export const Preference = z.object({
  type: NotificationType,
  description: z.string().meta({ example: "Leads were assigned to you" }),
  ...ways,
}).openapi("NotificationPreference");
