/**
 * Apollo as it is documented: a search that hides who people are, and enrichment of up to ten.
 * https://docs.apollo.io/reference/people-api-search, …/bulk-people-enrichment
 * @module
 */

import type { FakePerson } from "./people.ts";
import { type Asked, type FakeProvider, serve } from "./server.ts";

/** What this Apollo knows. */
export interface ApolloOptions {
  readonly people: readonly FakePerson[];
  /** The key that opens it. */
  readonly apiKey?: string;
  /** Ids of those without an e-mail address. */
  readonly withoutEmail?: readonly string[];
  /** Ids of those whom enrichment does not find. */
  readonly unmatched?: readonly string[];
  /** Ids of those whose address stays locked. */
  readonly locked?: readonly string[];
  /** What it says there is; as many as there are unless told. */
  readonly totalEntries?: number;
}

/** An Apollo, and how many credits it took. */
export interface FakeApollo extends FakeProvider {
  readonly credits: () => number;
}

/** Serves `/mixed_people/api_search` and `/people/bulk_match`. */
export function serveApollo(options: ApolloOptions): FakeApollo {
  let credits = 0;
  const provider = serve((asked) => {
    if (asked.headers.get("x-api-key") !== (options.apiKey ?? "apollo-key")) {
      return Response.json({ error: "Invalid access credentials." }, { status: 401 });
    }
    switch (`${asked.method} ${asked.url.pathname}`) {
      case "POST /mixed_people/api_search":
        return search(asked, options);
      case "POST /people/bulk_match": {
        const answer = enrich(asked, options);
        credits += answer.credits;
        return answer.response;
      }
    }
    return Response.json({ error: "not found" }, { status: 404 });
  });
  return { ...provider, credits: () => credits };
}

function search(
  { url }: Asked,
  { people, withoutEmail = [], totalEntries }: ApolloOptions,
): Response {
  const page = Number(url.searchParams.get("page") ?? 1);
  const size = Number(url.searchParams.get("per_page") ?? 10);
  if (size > 100 || page > 500) {
    return Response.json({ error: "Value too high" }, { status: 422 });
  }
  return Response.json({
    total_entries: totalEntries ?? people.length,
    people: people.slice((page - 1) * size, page * size).map((person) => ({
      id: person.id,
      first_name: person.firstName,
      last_name_obfuscated: `${person.lastName.slice(0, 2)}***${person.lastName.slice(-1)}`,
      title: person.title,
      last_refreshed_at: "2026-10-01T00:00:00.000+00:00",
      has_email: !withoutEmail.includes(person.id),
      has_city: true,
      has_direct_phone: "Yes",
      organization: { name: person.company, has_industry: true },
    })),
  });
}

function enrich(
  { url, body }: Asked,
  { people, unmatched = [], locked = [] }: ApolloOptions,
): { response: Response; credits: number } {
  const { details }: { details: { id: string }[] } = JSON.parse(body);
  if (details.length > 10) {
    return { response: Response.json({ error: "At most 10" }, { status: 422 }), credits: 0 };
  }
  const reveal = url.searchParams.get("reveal_personal_emails") === "true";
  const matches = details.map(({ id }) => {
    const person = people.find((one) => one.id === id);
    if (!person || unmatched.includes(id)) return null;
    return {
      id,
      first_name: person.firstName,
      last_name: person.lastName,
      name: `${person.firstName} ${person.lastName}`,
      linkedin_url: `http://www.linkedin.com/in/p${id}`,
      title: person.title,
      email: locked.includes(id) ? "email_not_unlocked@domain.com" : person.email,
      email_status: "verified",
      personal_emails: reveal ? [`private.${id}@mail.example`] : [],
      city: "Lisbon",
      state: null,
      country: "Portugal",
      seniority: "head",
      departments: ["master_marketing"],
      employment_history: [{ title: person.title, organization_name: person.company }],
      organization: {
        id: `org-${person.company}`,
        name: person.company,
        website_url: "http://www.example.com",
        primary_domain: "example.com",
        industry: "marketing & advertising",
        estimated_num_employees: 40,
        keywords: ["a", "b"],
      },
    };
  });
  const credits = matches.filter((match) => match !== null).length;
  const response = Response.json({
    status: "success",
    error_code: null,
    error_message: null,
    total_requested_enrichments: details.length,
    unique_enriched_records: credits,
    missing_records: details.length - credits,
    credits_consumed: credits,
    matches,
  });
  return { response, credits };
}
