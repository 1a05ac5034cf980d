import { z } from "zod";
import { mappingShape } from "../mapping.ts";

const words = z.array(z.string().min(1).max(500)).max(1000).optional();

/** Filters of a people search, by the names under which the config has them. */
const filters = z.strictObject({
  personTitles: words,
  includeSimilarTitles: z.boolean().optional(),
  keywords: z.string().max(500).optional(),
  personLocations: words,
  personSeniorities: words,
  organizationLocations: words,
  organizationDomains: words,
  organizationIds: words,
  organizationEmployees: words.meta({ description: "Ranges.", example: ["1,10", "11,50"] }),
  emailStatus: words,
  revenueMin: z.int().nonnegative().optional(),
  revenueMax: z.int().nonnegative().optional(),
});

/** Config of a data source of type `apollo`. */
export const ApolloConfig = z.strictObject({
  filters: filters.refine((value) => Object.keys(value).length > 0, {
    error: "Give at least one filter.",
  }).meta({ example: { personTitles: ["head of marketing"], personLocations: ["Portugal"] } }),
  maxPeople: z.int().min(1).max(50_000).default(1000).meta({
    description: "The most people that are read; each one enriched costs the account credits.",
  }),
  revealPersonalEmails: z.boolean().default(false),
  ...mappingShape,
}).meta({ id: "ApolloSourceConfig" });

/** Config of a data source of type `apollo`. */
export type ApolloConfig = z.infer<typeof ApolloConfig>;

/** Credentials of a data source of type `apollo`. */
export const ApolloCredentials = z.union([
  z.strictObject({ apiKey: z.string().min(1) }),
  z.strictObject({ accessToken: z.string().min(1) }),
]).meta({ id: "ApolloSourceCredentials", description: "A master key, or a partner's token." });

/** Credentials of a data source of type `apollo`. */
export type ApolloCredentials = z.infer<typeof ApolloCredentials>;
