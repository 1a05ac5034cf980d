import { z } from "zod";
import { mappingShape } from "../mapping.ts";

/** What a search asks for: texts, numbers, truths, as ZoomInfo names them. */
const filters = z.record(
  z.string().regex(/^[A-Za-z]{1,60}$/, { error: "This is no name of a filter." }),
  z.union([z.string().min(1).max(2000), z.number(), z.boolean()]),
);

/** Config of a data source of type `zoominfo`. */
export const ZoomInfoConfig = z.strictObject({
  filters: filters.refine((value) => Object.keys(value).length > 0, {
    error: "Give at least one filter.",
  }).meta({
    description: "Attributes of a contact search.",
    example: { jobTitle: "Head of Marketing", country: "Portugal", contactAccuracyScoreMin: 85 },
  }),
  maxPeople: z.int().min(1).max(10_000).default(1000).meta({
    description: "The most contacts that are read; each one enriched costs a credit.",
  }),
  enrich: z.boolean().default(true).meta({
    description:
      "Whether to buy addresses and phone numbers. Without, there are names and companies.",
  }),
  ...mappingShape,
}).meta({ id: "ZoomInfoSourceConfig" });

/** Config of a data source of type `zoominfo`. */
export type ZoomInfoConfig = z.infer<typeof ZoomInfoConfig>;

/** Credentials of a data source of type `zoominfo`. */
export const ZoomInfoCredentials = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  refreshToken: z.string().min(1).optional(),
  accessToken: z.string().min(1).optional(),
  expiresAt: z.number().optional().meta({ description: "Milliseconds since 1970." }),
}).meta({ id: "ZoomInfoSourceCredentials" });

/** Credentials of a data source of type `zoominfo`. */
export type ZoomInfoCredentials = z.infer<typeof ZoomInfoCredentials>;
