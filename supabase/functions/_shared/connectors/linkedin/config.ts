import { z } from "zod";
import { mappingShape } from "../mapping.ts";

/** Config of a data source of type `linkedin`. */
export const LinkedInConfig = z.strictObject({
  owner: z.string().regex(/^urn:li:(sponsoredAccount|organization):\d{1,20}$/, {
    error: "This is neither urn:li:sponsoredAccount:<number> nor urn:li:organization:<number>.",
  }).meta({ description: "Whose forms.", example: "urn:li:sponsoredAccount:507404993" }),
  leadType: z.enum(["SPONSORED", "COMPANY", "EVENT", "ORGANIZATION_PRODUCT"]).default("SPONSORED")
    .meta({ description: "SPONSORED for an ad account, one of the others for an organization." }),
  days: z.int().min(1).max(365).default(90).meta({
    description: "How many days back; LinkedIn keeps answers for a year at most.",
  }),
  testLeads: z.boolean().default(false).meta({ description: "Whether test leads are leads." }),
  ...mappingShape,
}).refine(
  ({ owner, leadType }) => owner.includes("sponsoredAccount") === (leadType === "SPONSORED"),
  {
    error: "SPONSORED goes with an ad account, the others with an organization.",
    path: ["leadType"],
  },
).meta({ id: "LinkedInSourceConfig" });

/** Config of a data source of type `linkedin`. */
export type LinkedInConfig = z.infer<typeof LinkedInConfig>;

/** Credentials of a data source of type `linkedin`. */
export const LinkedInCredentials = z.strictObject({
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  refreshToken: z.string().min(1).optional(),
  accessToken: z.string().min(1).optional(),
  expiresAt: z.number().optional().meta({ description: "Milliseconds since 1970." }),
}).refine(
  ({ clientId, clientSecret, refreshToken, accessToken }) =>
    accessToken !== undefined || Boolean(clientId && clientSecret && refreshToken),
  { error: "Give an access token, or client id, client secret and refresh token." },
).meta({ id: "LinkedInSourceCredentials" });

/** Credentials of a data source of type `linkedin`. */
export type LinkedInCredentials = z.infer<typeof LinkedInCredentials>;
