/**
 * ZoomInfo: a contact search, which costs nothing, and enrichment 25 contacts at a time, a credit
 * each. https://docs.zoominfo.com (GTM API)
 * @module
 */

import { z } from "zod";
import { type Connector, type ConnectorContext, type Source, withEstimate } from "../connector.ts";
import { SourceError } from "../errors.ts";
import { inShape, jsonClient, type SendJson } from "../http.ts";
import { oauthClient } from "../oauth.ts";
import { readPages, type Verdict } from "../pages.ts";
import { flatten } from "../values.ts";
import { ZoomInfoConfig, ZoomInfoCredentials } from "./config.ts";

const PAGE_SIZE = 100;
const MAX_PAGES = 100;
const ENRICHED_AT_ONCE = 25;
const SAMPLE_ROWS = 5;
const MEDIA_TYPE = "application/vnd.api+json";
const SCOPE = "api:data:contact";

/** What enrichment is asked for; the last two lines are what the law may ask about later. */
const OUTPUT_FIELDS = [
  ...["id", "firstName", "lastName", "email", "phone", "mobilePhone", "jobTitle", "jobFunction"],
  ...["managementLevel", "contactAccuracyScore", "externalUrls", "city", "state", "country"],
  ...["companyId", "companyName", "companyWebsite", "companyPrimaryIndustry"],
  ...["companyEmployeeCount", "companyRevenueRange", "lastUpdatedDate", "validDate"],
  ...["directPhoneDoNotCall", "mobilePhoneDoNotCall"],
  ...["withinEu", "withinCalifornia", "withinCanada", "noticeProvidedDate"],
];

const FIELDS = {
  firstName: "first_name",
  lastName: "last_name",
  email: "email",
  phone: "phone",
  mobilePhone: "phone",
  jobTitle: "title",
  linkedinUrl: "linkedin_url",
  city: "city",
  country: "country",
  "company.name": "company",
  "company.website": "website",
  "company.primaryIndustry": "industry",
  "company.employeeCount": "company_data.employees",
  "company.revenueRange": "company_data.revenue_range",
  id: "source_data.zoominfo_id",
  "company.id": "source_data.zoominfo_company_id",
  contactAccuracyScore: "source_data.accuracy_score",
  managementLevel: "source_data.management_level",
  jobFunction: "source_data.job_function",
  state: "source_data.state",
  lastUpdatedDate: "source_data.last_updated",
  validDate: "source_data.valid",
  matchStatus: "source_data.match_status",
  doNotCall: "source_data.do_not_call",
  withinEu: "source_data.within_eu",
  withinCalifornia: "source_data.within_california",
  withinCanada: "source_data.within_canada",
  noticeProvidedDate: "source_data.notice_provided",
} as const;

/** Fields that no search gives. */
const BOUGHT = ["email", "phone", "mobilePhone", "linkedinUrl", "doNotCall", "matchStatus"];

const Attributes = z.record(z.string(), z.unknown());
const SearchAnswer = z.object({
  data: z.array(z.object({ id: z.string(), attributes: Attributes })),
  meta: z.object({ totalResults: z.number().nonnegative() }),
});
type Found = z.infer<typeof SearchAnswer>["data"][number];

const EnrichAnswer = z.object({
  data: z.array(z.object({
    attributes: Attributes.optional(),
    meta: z.object({
      matchStatus: z.string(),
      input: z.object({ personId: z.union([z.number(), z.string()]) }),
    }),
  })),
});
type Enriched = z.infer<typeof EnrichAnswer>["data"][number];

type ZoomInfoSource = Source<ZoomInfoConfig, ZoomInfoCredentials>;

/** Contacts that ZoomInfo knows. */
export const zoominfo: Connector<ZoomInfoConfig, ZoomInfoCredentials> = withEstimate({
  type: "zoominfo",
  configSchema: ZoomInfoConfig,
  credentialsSchema: ZoomInfoCredentials,
  jobParams: ["filters", "maxPeople"],
  knownFields: () => FIELDS,

  async test(source, context) {
    const send = client(source, context);
    const { data, meta } = await search(source, send, context, 1, SAMPLE_ROWS);
    const sample = data.map((found, index) => ({ row: index + 1, values: valuesOf(found) }));
    const total = Math.min(meta.totalResults, MAX_PAGES * PAGE_SIZE, source.config.maxPeople);
    const { enrich } = source.config;
    const fields = Object.keys(FIELDS).filter((field) => enrich || !BOUGHT.includes(field));
    return { sample, total, fields };
  },

  run(source, checkpoint, context) {
    const send = client(source, context);
    return readPages<number>({
      position: z.int().positive(),
      first: 1,
      limit: source.config.maxPeople,
      portion: ENRICHED_AT_ONCE,
      async readPage(page) {
        const { data, meta } = await search(source, send, context, page, PAGE_SIZE);
        if (page === 1 && meta.totalResults > MAX_PAGES * PAGE_SIZE) {
          context.log(
            "warning",
            "ZoomInfo shows the first 10,000 contacts of a search: narrow it.",
            {
              found: meta.totalResults,
            },
          );
        }
        const isMore = data.length > 0 && page < MAX_PAGES && page * PAGE_SIZE < meta.totalResults;
        return { items: data, next: isMore ? page + 1 : null, total: meta.totalResults };
      },
      judge: (items) => enrich(items as readonly Found[], source, send, context),
    }, checkpoint);
  },
});

function client(source: ZoomInfoSource, context: ConnectorContext): SendJson {
  const endpoint = {
    url: context.baseUrls.zoominfoToken,
    clientIn: "header",
    clientScope: SCOPE,
  } as const;
  return oauthClient(jsonClient(context, source), context, endpoint, source.credentials);
}

function post(url: URL, type: string, attributes: object) {
  return {
    url,
    headers: { Accept: MEDIA_TYPE, "Content-Type": MEDIA_TYPE },
    body: JSON.stringify({ data: { type, attributes } }),
  };
}

async function search(
  { config }: ZoomInfoSource,
  send: SendJson,
  { baseUrls }: ConnectorContext,
  page: number,
  size: number,
): Promise<z.infer<typeof SearchAnswer>> {
  const url = new URL(`${baseUrls.zoominfo}/data/v1/contacts/search`);
  url.searchParams.set("page[number]", String(page));
  url.searchParams.set("page[size]", String(size));
  const { body } = await send(post(url, "ContactSearch", config.filters));
  return inShape(SearchAnswer, body, "ZoomInfo's answer to the search");
}

/** What enrichment would buy. */
const WORTH_IT = ["hasEmail", "hasSupplementalEmail", "hasDirectPhone", "hasMobilePhone"];

async function enrich(
  contacts: readonly Found[],
  { config }: ZoomInfoSource,
  send: SendJson,
  { baseUrls }: ConnectorContext,
): Promise<Verdict[]> {
  const wanted = config.enrich
    ? contacts.filter(({ attributes }) => WORTH_IT.some((field) => attributes[field] !== false))
    : [];
  const enriched = new Map<string, Enriched>();
  if (wanted.length > 0) {
    const url = new URL(`${baseUrls.zoominfo}/data/v1/contacts/enrich`);
    const { body } = await send(post(url, "ContactEnrich", {
      matchPersonInput: wanted.map(({ id }) => ({ personId: Number(id) })),
      outputFields: OUTPUT_FIELDS,
    }));
    const { data } = inShape(EnrichAnswer, body, "ZoomInfo's answer to the enrichment");
    for (const one of data) enriched.set(String(one.meta.input.personId), one);
  }
  return contacts.map((found): Verdict => {
    const more = enriched.get(found.id);
    switch (more?.meta.matchStatus) {
      case "LIMIT_EXCEEDED":
        throw new SourceError("request_refused", "The account's credits at ZoomInfo are used up.");
      case "OPT_OUT":
        // Nothing about them is kept, not even what the search told.
        return { field: null, reason: "has opted out of being listed" };
      default:
        return { values: valuesOf(found, more) };
    }
  });
}

/** The fields of a contact; numbers that are not to be called are kept apart from those that are. */
function valuesOf(found: Found, more?: Enriched): Record<string, unknown> {
  const { directPhoneDoNotCall, mobilePhoneDoNotCall, ...all } = {
    ...flatten(found.attributes),
    ...flatten(more?.attributes ?? {}),
  };
  const doNotCall: unknown[] = [];
  for (
    const [field, flag] of [
      ["phone", directPhoneDoNotCall],
      ["mobilePhone", mobilePhoneDoNotCall],
    ] as const
  ) {
    if (flag !== true || !all[field]) continue;
    doNotCall.push(all[field]);
    delete all[field];
  }
  const industry = all["company.primaryIndustry"];
  const values = {
    ...all,
    id: found.id,
    "company.primaryIndustry": Array.isArray(industry) ? industry[0] : industry,
    linkedinUrl: linkedinOf(more?.attributes?.externalUrls),
    matchStatus: more?.meta.matchStatus,
    doNotCall,
  };
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => Object.hasOwn(FIELDS, field)),
  );
}

function linkedinOf(urls: unknown): unknown {
  if (!Array.isArray(urls)) return undefined;
  const addresses = urls.map((one) =>
    typeof one === "object" && one !== null ? Reflect.get(one, "url") : one
  );
  return addresses.find((url) => typeof url === "string" && /\blinkedin\.com\//i.test(url));
}
