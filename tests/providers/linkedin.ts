/**
 * LinkedIn's Lead Sync as it is documented: responses to lead forms, OAuth tokens.
 * https://learn.microsoft.com/linkedin/marketing/lead-sync/leadsync
 * @module
 */

import type { FakePerson } from "./people.ts";
import { type Asked, type FakeProvider, serve } from "./server.ts";
import { type TokenOptions, type Tokens, tokens } from "./tokens.ts";

/** What this LinkedIn knows. */
export interface LinkedInOptions {
  readonly people: readonly FakePerson[];
  readonly tokens?: TokenOptions;
  /** The versions it still speaks. */
  readonly versions?: readonly string[];
  /** When each response was submitted, in milliseconds since 1970. */
  readonly submittedAt?: (index: number) => number;
  /** Ids of those who are test leads. */
  readonly testLeads?: readonly string[];
}

/** A LinkedIn and its tokens. */
export interface FakeLinkedIn extends FakeProvider {
  readonly tokens: Tokens;
}

/** Serves `/oauth/v2/accessToken` and `/rest/leadFormResponses`. */
export function serveLinkedIn(options: LinkedInOptions): FakeLinkedIn {
  const issuer = tokens(options.tokens);
  const { versions = ["202610"] } = options;
  const provider = serve((asked) => {
    if (asked.url.pathname === "/oauth/v2/accessToken") return issuer.answer(asked);
    if (!issuer.isSigned(asked)) {
      const message = "The token used in the request has expired";
      return Response.json({ status: 401, code: "EXPIRED_ACCESS_TOKEN", message }, { status: 401 });
    }
    const version = asked.headers.get("linkedin-version") ?? "";
    if (!versions.includes(version)) {
      const message = `Requested version ${version} is not active`;
      return Response.json({ status: 426, code: "NONEXISTENT_VERSION", message }, { status: 426 });
    }
    if (asked.headers.get("x-restli-protocol-version") !== "2.0.0") {
      return Response.json({ status: 400, message: "Syntax exception" }, { status: 400 });
    }
    return asked.url.pathname === "/rest/leadFormResponses"
      ? responses(asked, options)
      : Response.json({ status: 404, message: "No virtual resource found" }, { status: 404 });
  });
  return { ...provider, tokens: issuer };
}

const RANGE = /submittedAtTimeRange=\(start:(\d+),end:(\d+)\)/;
const OWNER =
  /owner=\((sponsoredAccount:urn%3Ali%3AsponsoredAccount|organization:urn%3Ali%3Aorganization)%3A\d+\)/;

function responses({ url }: Asked, options: LinkedInOptions): Response {
  const [, from, to] = RANGE.exec(url.search) ?? [];
  const start = Number(url.searchParams.get("start") ?? 0);
  const count = Number(url.searchParams.get("count") ?? 10);
  if (!OWNER.test(url.search) || from === undefined || to === undefined || count > 100) {
    return Response.json({ status: 400, message: "Invalid query parameters" }, { status: 400 });
  }
  const { submittedAt = () => Number(to) - 1 } = options;
  const inRange = options.people
    .map((person, index) => ({ person, at: submittedAt(index) }))
    .filter(({ at }) => at >= Number(from) && at < Number(to));
  return Response.json({
    paging: { start, count, links: [], total: inRange.length },
    elements: inRange.slice(start, start + count).map(({ person, at }) =>
      element(person, at, options.testLeads ?? [])
    ),
  });
}

function element(person: FakePerson, submittedAt: number, testLeads: readonly string[]) {
  const questions: [id: number, name: string, answer: string, predefinedField?: string][] = [
    [1, "First name", person.firstName, "FIRST_NAME"],
    [2, "Last name", person.lastName, "LAST_NAME"],
    [3, "Work e-mail", person.email, "WORK_EMAIL"],
    [4, "Company", person.company, "COMPANY_NAME"],
    [5, "What keeps you awake?", "Attribution"],
  ];
  return {
    id: `lead-${person.id}`,
    submittedAt,
    testLead: testLeads.includes(person.id),
    versionedLeadGenFormUrn: "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
    leadMetadata: { sponsoredLeadMetadata: { campaign: "urn:li:sponsoredCampaign:42" } },
    formResponse: {
      answers: [
        ...questions.map(([questionId, name, answer]) => ({
          questionId,
          name,
          answerDetails: { textQuestionAnswer: { answer } },
        })),
        {
          questionId: 6,
          name: "Team size",
          answerDetails: { multipleChoiceAnswer: { options: [2] } },
        },
      ],
      consentResponses: [{ consentId: 9, accepted: true }],
    },
    form: {
      id: 3162,
      name: "Autumn webinar",
      hiddenFields: [{ name: "utm_source", value: "linkedin" }],
      content: {
        questions: [
          ...questions.map(([questionId, name, _answer, predefinedField]) => ({
            questionId,
            name,
            predefinedField,
            question: { localized: { en_US: name } },
          })),
          {
            questionId: 6,
            name: "Team size",
            questionDetails: {
              multipleChoiceQuestionDetails: {
                options: [
                  { id: 1, text: { localized: { en_US: "1 to 10" } } },
                  { id: 2, text: { localized: { en_US: "11 to 50" } } },
                ],
              },
            },
          },
        ],
      },
    },
  };
}
