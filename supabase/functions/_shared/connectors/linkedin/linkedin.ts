/**
 * LinkedIn Lead Sync: the answers that people gave to the owner's own lead forms. There is no search
 * for people here, and none may be built under this name.
 * https://learn.microsoft.com/linkedin/marketing/lead-sync/leadsync
 * @module
 */

import { z } from "zod";
import { type Connector, type ConnectorContext, type Source, withEstimate } from "../connector.ts";
import { inShape, jsonClient, type SendJson } from "../http.ts";
import { oauthClient } from "../oauth.ts";
import { readPages, type Verdict } from "../pages.ts";
import { answersOf, Response } from "./answers.ts";
import { LinkedInConfig, LinkedInCredentials } from "./config.ts";

const PAGE_SIZE = 100;
const SAMPLE_ROWS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The form comes along: an answer by itself names its question by a number. */
const PROJECTION =
  "id,submittedAt,testLead,versionedLeadGenFormUrn,leadMetadata,formResponse,form:(id,name,hiddenFields,content)";

/** What people are asked for by LinkedIn's own questions. */
const FIELDS = {
  FIRST_NAME: "first_name",
  LAST_NAME: "last_name",
  WORK_EMAIL: "email",
  EMAIL: "email",
  WORK_PHONE_NUMBER: "phone",
  PHONE_NUMBER: "phone",
  COMPANY_NAME: "company",
  JOB_TITLE: "title",
  LINKEDIN_PROFILE_LINK: "linkedin_url",
  CITY: "city",
  COUNTRY: "country",
  INDUSTRY: "industry",
  COMPANY_SIZE: "company_data.size",
  id: "source_data.linkedin_lead_id",
  submittedAt: "source_data.submitted_at",
  form: "source_data.form",
  campaign: "source_data.campaign",
  consent: "source_data.consent",
} as const;

const Answer = z.object({
  elements: z.array(Response),
  paging: z.object({ total: z.number().nonnegative().optional() }),
});

/** A window of time and a place in it: what is submitted meanwhile must not move the pages. */
const Position = z.object({
  start: z.int().nonnegative(),
  from: z.int(),
  to: z.int(),
});
type Position = z.infer<typeof Position>;

type LinkedInSource = Source<LinkedInConfig, LinkedInCredentials>;

/** Leads of LinkedIn's lead forms. */
export const linkedin: Connector<LinkedInConfig, LinkedInCredentials> = withEstimate({
  type: "linkedin",
  configSchema: LinkedInConfig,
  credentialsSchema: LinkedInCredentials,
  jobParams: ["days"],
  knownFields: () => FIELDS,

  async test(source, context) {
    const send = client(source, context);
    const position = windowOf(source, context);
    const { elements, paging } = await fetchPage(source, send, context, position, SAMPLE_ROWS);
    const sample = elements.map((element, index) => ({
      row: index + 1,
      values: answersOf(element),
    }));
    const fields = new Set(sample.flatMap(({ values }) => Object.keys(values)));
    return { sample, total: paging.total ?? null, fields: [...fields] };
  },

  run(source, checkpoint, context) {
    const send = client(source, context);
    return readPages<Position>({
      position: Position,
      first: windowOf(source, context),
      async readPage(position) {
        const { elements, paging } = await fetchPage(source, send, context, position, PAGE_SIZE);
        const read = position.start + elements.length;
        const isMore = elements.length > 0 &&
          (paging.total === undefined ? elements.length === PAGE_SIZE : read < paging.total);
        return {
          items: elements,
          next: isMore ? { ...position, start: read } : null,
          total: paging.total ?? null,
        };
      },
      judge: (items) =>
        (items as readonly Response[]).map((element): Verdict =>
          element.testLead && !source.config.testLeads
            ? { field: null, reason: "is a test lead", values: answersOf(element) }
            : { values: answersOf(element) }
        ),
    }, checkpoint);
  },
});

function client(source: LinkedInSource, context: ConnectorContext): SendJson {
  const { linkedinToken: url } = context.baseUrls;
  const endpoint = { url, clientIn: "body", clientScope: null } as const;
  return oauthClient(jsonClient(context, source), context, endpoint, source.credentials);
}

function windowOf({ config }: LinkedInSource, context: ConnectorContext): Position {
  const to = context.now();
  return { start: 0, from: to - config.days * DAY_MS, to };
}

async function fetchPage(
  { config }: LinkedInSource,
  send: SendJson,
  { baseUrls }: ConnectorContext,
  { start, from, to }: Position,
  count: number,
): Promise<z.infer<typeof Answer>> {
  const kind = config.leadType === "SPONSORED" ? "sponsoredAccount" : "organization";
  // Rest.li wants brackets, colons and commas as they are, and the URN inside encoded.
  const query = [
    "q=owner",
    `owner=(${kind}:${encodeURIComponent(config.owner)})`,
    `leadType=(leadType:${config.leadType})`,
    "limitedToTestLeads=false",
    `submittedAtTimeRange=(start:${from},end:${to})`,
    `fields=${PROJECTION}`,
    `count=${count}`,
    `start=${start}`,
  ].join("&");
  const { body } = await send({
    url: new URL(`${baseUrls.linkedin}/rest/leadFormResponses?${query}`),
    headers: {
      "Linkedin-Version": baseUrls.linkedinVersion,
      "X-Restli-Protocol-Version": "2.0.0",
    },
  });
  return inShape(Answer, body, "LinkedIn's answer");
}
