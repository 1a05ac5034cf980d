/**
 * Apollo: a search, which costs nothing and hides names and addresses, and enrichment ten people at a
 * time, which costs credits. https://docs.apollo.io/reference/people-api-search,
 * https://docs.apollo.io/reference/bulk-people-enrichment
 * @module
 */

import { z } from "zod";
import { type Connector, type ConnectorContext, type Source, withEstimate } from "../connector.ts";
import { SourceError } from "../errors.ts";
import { inShape, jsonClient, type SendJson } from "../http.ts";
import { readPages, type Verdict } from "../pages.ts";
import { flatten } from "../values.ts";
import { ApolloConfig, ApolloCredentials } from "./config.ts";

const PAGE_SIZE = 100;
const MAX_PAGES = 500;
const ENRICHED_AT_ONCE = 10;
const SAMPLE_ROWS = 5;

/** What Apollo gives in place of an address that the account has not paid for. */
const PLACEHOLDER = /^email_not_unlocked@/i;

/** Apollo's names of the filters. */
const PARAMETERS: Readonly<Record<keyof ApolloConfig["filters"], string>> = {
  personTitles: "person_titles[]",
  includeSimilarTitles: "include_similar_titles",
  keywords: "q_keywords",
  personLocations: "person_locations[]",
  personSeniorities: "person_seniorities[]",
  organizationLocations: "organization_locations[]",
  organizationDomains: "q_organization_domains_list[]",
  organizationIds: "organization_ids[]",
  organizationEmployees: "organization_num_employees_ranges[]",
  emailStatus: "contact_email_status[]",
  revenueMin: "revenue_range[min]",
  revenueMax: "revenue_range[max]",
};

/** What is kept of an enriched person; the rest (their whole history) is long and nobody asked for it. */
const FIELDS = {
  first_name: "first_name",
  last_name: "last_name",
  email: "email",
  personal_email: "email",
  phone: "phone",
  title: "title",
  linkedin_url: "linkedin_url",
  city: "city",
  country: "country",
  "organization.name": "company",
  "organization.website_url": "website",
  "organization.industry": "industry",
  "organization.estimated_num_employees": "company_data.employees",
  "organization.annual_revenue": "company_data.annual_revenue",
  "organization.primary_domain": "company_data.domain",
  "organization.linkedin_url": "company_data.linkedin_url",
  "organization.primary_phone.number": "company_data.phone",
  id: "source_data.apollo_id",
  email_status: "source_data.email_status",
  headline: "source_data.headline",
  state: "source_data.state",
  seniority: "source_data.seniority",
  departments: "source_data.departments",
  "organization.id": "source_data.apollo_organization_id",
} as const;

const SearchAnswer = z.object({
  total_entries: z.number().nonnegative(),
  people: z.array(z.looseObject({ id: z.string(), has_email: z.boolean().nullish() })),
});
type Found = z.infer<typeof SearchAnswer>["people"][number];

const EnrichAnswer = z.object({
  matches: z.array(z.looseObject({ id: z.string() }).nullable()),
  credits_consumed: z.number().nullish(),
});

type ApolloSource = Source<ApolloConfig, ApolloCredentials>;

/** People that Apollo knows. */
export const apollo: Connector<ApolloConfig, ApolloCredentials> = withEstimate({
  type: "apollo",
  configSchema: ApolloConfig,
  credentialsSchema: ApolloCredentials,
  jobParams: ["filters", "maxPeople"],
  knownFields: () => FIELDS,

  async test(source, context) {
    const send = jsonClient(context, source);
    const { people, total_entries } = await search(source, send, context, 1, SAMPLE_ROWS);
    const sample = people.map((person, index) => ({ row: index + 1, values: flatten(person) }));
    return { sample, total: reachable(source, total_entries), fields: Object.keys(FIELDS) };
  },

  run(source, checkpoint, context) {
    const send = jsonClient(context, source);
    return readPages<number>({
      position: z.int().positive(),
      first: 1,
      limit: source.config.maxPeople,
      portion: ENRICHED_AT_ONCE,
      async readPage(page) {
        const { people, total_entries } = await search(source, send, context, page, PAGE_SIZE);
        if (page === 1 && total_entries > MAX_PAGES * PAGE_SIZE) {
          context.log("warning", "Apollo shows the first 50,000 people of a search: narrow it.", {
            found: total_entries,
          });
        }
        const isMore = people.length > 0 && page < MAX_PAGES && page * PAGE_SIZE < total_entries;
        return { items: people, next: isMore ? page + 1 : null, total: total_entries };
      },
      judge: (items) => enrich(items as readonly Found[], source, send, context),
    }, checkpoint);
  },
});

function reachable({ config }: ApolloSource, found: number): number {
  return Math.min(found, MAX_PAGES * PAGE_SIZE, config.maxPeople);
}

function authHeaders(credentials: ApolloCredentials): Record<string, string> {
  return "apiKey" in credentials
    ? { "x-api-key": credentials.apiKey }
    : { Authorization: `Bearer ${credentials.accessToken}` };
}

async function search(
  { config, credentials }: ApolloSource,
  send: SendJson,
  { baseUrls }: ConnectorContext,
  page: number,
  size: number,
): Promise<z.infer<typeof SearchAnswer>> {
  const url = new URL(`${baseUrls.apollo}/mixed_people/api_search`);
  for (const [name, parameter] of Object.entries(PARAMETERS)) {
    const value = config.filters[name as keyof typeof PARAMETERS];
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
      url.searchParams.append(parameter, String(one));
    }
  }
  url.searchParams.set("page", String(page));
  url.searchParams.set("per_page", String(size));
  const { body } = await send({ method: "POST", url, headers: authHeaders(credentials) });
  return inShape(SearchAnswer, body, "Apollo's answer to the search");
}

async function enrich(
  people: readonly Found[],
  { config, credentials }: ApolloSource,
  send: SendJson,
  { baseUrls, log }: ConnectorContext,
): Promise<Verdict[]> {
  // What has no address would cost a credit and stay nobody.
  const wanted = people.filter(({ has_email }) => has_email !== false);
  const matches = new Map<string, Readonly<Record<string, unknown>>>();
  if (wanted.length > 0) {
    const url = new URL(`${baseUrls.apollo}/people/bulk_match`);
    url.searchParams.set("reveal_personal_emails", String(config.revealPersonalEmails));
    const { body } = await send({
      url,
      headers: { ...authHeaders(credentials), "Content-Type": "application/json" },
      body: JSON.stringify({ details: wanted.map(({ id }) => ({ id })) }),
    });
    const answer = inShape(EnrichAnswer, body, "Apollo's answer to the enrichment");
    if (answer.matches.length !== wanted.length) {
      throw new SourceError("wrong_shape", "Apollo answered for another number of people.");
    }
    // In the order of the question; null where there is nothing.
    answer.matches.forEach((match, index) => {
      const id = wanted[index]?.id;
      if (match && id) matches.set(id, match);
    });
    log("debug", "People are enriched.", {
      people: wanted.length,
      credits: answer.credits_consumed ?? null,
    });
  }
  return people.map((person) => {
    if (person.has_email === false) {
      return { field: "email", reason: "Apollo has no e-mail address", values: flatten(person) };
    }
    const match = matches.get(person.id);
    return match
      ? { values: valuesOf(match) }
      : { field: null, reason: "Apollo has no data about this person", values: flatten(person) };
  });
}

/** The fields kept, without addresses that are none. */
function valuesOf(person: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const flat = {
    ...flatten(person),
    personal_email: firstOf(person.personal_emails),
    phone: numberOf(firstOf(person.phone_numbers)),
  };
  const kept = Object.entries(flat).filter(([field, value]) =>
    Object.hasOwn(FIELDS, field) &&
    !(field.endsWith("email") && typeof value === "string" && PLACEHOLDER.test(value.trim()))
  );
  return Object.fromEntries(kept);
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function numberOf(phone: unknown): unknown {
  if (typeof phone !== "object" || phone === null) return undefined;
  return Reflect.get(phone, "sanitized_number") ?? Reflect.get(phone, "raw_number");
}
