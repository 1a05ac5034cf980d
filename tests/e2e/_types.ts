/**
 * What the endpoints answer, by their own contracts.
 * @module
 */

import type * as admin from "../../supabase/functions/admin/schemas.ts";
import type * as adminTasks from "../../supabase/functions/admin/task-schemas.ts";
import type * as agencies from "../../supabase/functions/agencies/schemas.ts";
import type * as analytics from "../../supabase/functions/analytics/schemas.ts";
import type * as auth from "../../supabase/functions/auth/schemas.ts";
import type * as campaigns from "../../supabase/functions/campaigns/schemas.ts";
import type * as health from "../../supabase/functions/health/schemas.ts";
import type * as leads from "../../supabase/functions/leads/schemas.ts";
import type * as metrics from "../../supabase/functions/_shared/metrics.ts";
import type * as notifications from "../../supabase/functions/notifications/schemas.ts";

type Output<S extends { _output: unknown }> = S["_output"];

/** The answer of `/auth/me`. */
export type Me = Output<typeof auth.Me>;
/** The answer of `/auth/signin` and its kin. */
export type Session = Output<typeof auth.Session>;
/** The answer of `/auth/test-isolation`. */
export type Isolation = Output<typeof auth.Isolation>;
/** The answer of `/auth/permissions`. */
export type Permissions = Output<typeof auth.Permissions>;
/** An agency. */
export type Agency = Output<typeof agencies.Agency>;
/** A member of an agency. */
export type Member = Output<typeof agencies.Member>;
/** A fresh invitation. */
export type NewInvitation = Output<typeof agencies.NewInvitation>;
/** A role of an agency's own. */
export type AgencyRole = Output<typeof agencies.AgencyRole>;
/** A user as staff see one. */
export type User = Output<typeof admin.User>;
/** Something that was done. */
export type AuditEvent = Output<typeof admin.AuditEvent>;
/** What lies in all agencies together. */
export type PlatformMetrics = Output<typeof admin.PlatformMetrics>;
/** Readiness and what stands behind it. */
export type HealthReport = Output<typeof health.HealthReport>;
/** A fresh API key. */
export type NewApiKey = Output<typeof agencies.NewApiKey>;
/** An API key. */
export type ApiKey = Output<typeof agencies.ApiKey>;
/** What an invitation offers. */
export type InvitationPreview = Output<typeof agencies.InvitationPreview>;
/** A campaign. */
export type Campaign = Output<typeof campaigns.CampaignSummary>;
/** A lead. */
export type Lead = Output<typeof leads.LeadDetails>;
/** One step of a lead's history. */
export type LeadEvent = Output<typeof leads.LeadEvent>;
/** Something that happened with a lead. */
export type LeadActivity = Output<typeof leads.LeadActivity>;
/** A score and what it is the sum of. */
export type LeadScore = Output<typeof leads.LeadScore>;
/** What became of an import's rows. */
export type ImportResult = Output<typeof leads.ImportResult>;
/** What became of each lead of a bulk call. */
export type BulkResult = Output<typeof leads.BulkResult>;
/** A campaign's figures. */
export type CampaignPerformance = Output<typeof metrics.CampaignPerformance>;
/** An agency's figures. */
export type AgencyOverview = Output<typeof analytics.AgencyOverview>;
/** What a member was told. */
export type Notification = Output<typeof notifications.Notification>;
/** By which ways one hears of a type. */
export type NotificationPreference = Output<typeof notifications.Preference>;
/** A background task as staff see one. */
export type Task = Output<typeof adminTasks.Task>;
/** The queue in figures. */
export type TaskFigures = Output<typeof adminTasks.TaskFigures>;
