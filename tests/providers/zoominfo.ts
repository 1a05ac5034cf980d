/**
 * ZoomInfo's GTM API as it is documented: contact search, enrichment of up to 25, OAuth tokens.
 * https://docs.zoominfo.com
 * @module
 */

import type { FakePerson } from "./people.ts";
import { type Asked, type FakeProvider, serve } from "./server.ts";
import { type TokenOptions, type Tokens, tokens } from "./tokens.ts";

/** What this ZoomInfo knows. */
export interface ZoomInfoOptions {
  readonly people: readonly FakePerson[];
  readonly tokens?: TokenOptions;
  /** Ids of those whom there is nothing to buy about. */
  readonly bare?: readonly string[];
  /** What enrichment says of some ids; FULL_MATCH unless told. */
  readonly matchStatus?: Readonly<Record<string, string>>;
  /** Ids of those who are not to be called. */
  readonly doNotCall?: readonly string[];
  /** What it says there is; as many as there are unless told. */
  readonly totalResults?: number;
}

/** A ZoomInfo, its tokens, and how many credits it took. */
export interface FakeZoomInfo extends FakeProvider {
  readonly tokens: Tokens;
  readonly credits: () => number;
}

/** The error document of ZoomInfo. */
export function zoominfoError(status: number, code: string, message: string): Response {
  const error = { code, message, status, requestId: "req_1", retryable: status === 429 };
  return Response.json({ error }, { status });
}

/** Serves `/token`, `/data/v1/contacts/search` and `/data/v1/contacts/enrich`. */
export function serveZoomInfo(options: ZoomInfoOptions): FakeZoomInfo {
  const issuer = tokens(options.tokens);
  let credits = 0;
  const provider = serve((asked) => {
    if (asked.url.pathname === "/token") return issuer.answer(asked);
    if (!issuer.isSigned(asked)) {
      return zoominfoError(401, "ZI0001", "Your session has expired.");
    }
    if (asked.headers.get("content-type") !== "application/vnd.api+json") {
      return zoominfoError(400, "PFAPI0003", "Invalid request body");
    }
    switch (asked.url.pathname) {
      case "/data/v1/contacts/search":
        return search(asked, options);
      case "/data/v1/contacts/enrich": {
        const answer = enrich(asked, options);
        credits += answer.credits;
        return answer.response;
      }
    }
    return zoominfoError(404, "PFAPI0005", "No such endpoint");
  });
  return { ...provider, tokens: issuer, credits: () => credits };
}

function search({ url }: Asked, { people, bare = [], totalResults }: ZoomInfoOptions): Response {
  const page = Number(url.searchParams.get("page[number]") ?? 1);
  const size = Number(url.searchParams.get("page[size]") ?? 25);
  if (page > 100) {
    return zoominfoError(400, "PFAPI0002", "Page number cannot be greater than max value 100");
  }
  return Response.json({
    data: people.slice((page - 1) * size, page * size).map((person) => {
      const has = !bare.includes(person.id);
      return {
        id: person.id,
        type: "Contact",
        attributes: {
          firstName: person.firstName,
          lastName: person.lastName,
          jobTitle: person.title,
          contactAccuracyScore: 95,
          hasEmail: has,
          hasSupplementalEmail: false,
          hasDirectPhone: has,
          hasMobilePhone: has,
          company: { id: 7, name: person.company },
        },
      };
    }),
    meta: { totalResults: totalResults ?? people.length, page: { number: page, total: 1 } },
    links: {},
  });
}

function enrich(
  { body }: Asked,
  { people, matchStatus = {}, doNotCall = [] }: ZoomInfoOptions,
): { response: Response; credits: number } {
  const { attributes } = JSON.parse(body).data;
  const input: { personId: number }[] = attributes.matchPersonInput;
  if (input.length > 25 || attributes.outputFields.length === 0) {
    const response = zoominfoError(400, "PFAPI0002", "One or more fields have validation errors");
    return { response, credits: 0 };
  }
  const data = input.map(({ personId }) => {
    const id = String(personId);
    const status = matchStatus[id] ?? "FULL_MATCH";
    const person = people.find((one) => one.id === id);
    const meta = { matchStatus: person ? status : "NO_MATCH", input: { personId } };
    if (!person || status !== "FULL_MATCH") return { id, type: "NoMatch", meta };
    return {
      id,
      type: "Contact",
      meta,
      attributes: {
        firstName: person.firstName,
        lastName: person.lastName,
        email: person.email,
        phone: person.phone,
        directPhoneDoNotCall: doNotCall.includes(id),
        mobilePhone: `+351 91 ${id}`,
        mobilePhoneDoNotCall: doNotCall.includes(id),
        jobTitle: person.title,
        managementLevel: ["Director"],
        externalUrls: [{ type: "linkedin", url: `https://www.linkedin.com/in/p${id}` }],
        city: "Lisbon",
        country: "Portugal",
        withinEu: true,
        withinCalifornia: false,
        noticeProvidedDate: "2026-01-31",
        company: {
          id: 7,
          name: person.company,
          website: "www.example.com",
          primaryIndustry: ["Media & Internet"],
          employeeCount: 40,
        },
      },
    };
  });
  const credits = data.filter(({ type }) => type === "Contact").length;
  return { response: Response.json({ data }), credits };
}
