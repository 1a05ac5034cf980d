/**
 * Made-up lead lists, as agencies have them: mostly good rows, some people twice, some rows that
 * nobody could use. The same seed makes the same list.
 * @module
 */

import { en, Faker } from "@faker-js/faker";

/** The columns of a made-up list. */
export const COLUMNS = [
  "First name",
  "Last name",
  "E-mail",
  "Phone",
  "Company",
  "Job title",
  "Website",
  "City",
  "Country",
  "Industry",
  "Status",
  "Priority",
  "Last contacted",
  "Seats",
] as const;

/** A row by its columns; missing ones are empty. */
export type Row = Partial<Record<typeof COLUMNS[number], string>>;

/** A list to be made. */
export interface ListPlan {
  campaign: string;
  rows: number;
  seed: number;
  /** How far its people have come, 0 (a cold list) to 1 (regulars). */
  warmth: number;
}

/** How often a row repeats somebody, and how often it is of no use. */
const REPEATED = 0.05, FAULTY = 0.02;

/** Three campaigns to tell apart, `rows` leads in all. */
export function plans(rows: number, seed: number): ListPlan[] {
  const share = Math.floor(rows / 3);
  return [
    { campaign: "Spring tour", rows: rows - 2 * share, seed, warmth: 0.8 },
    { campaign: "Trade fair Lisbon", rows: share, seed: seed + 1, warmth: 0.5 },
    { campaign: "Bought list", rows: share, seed: seed + 2, warmth: 0.1 },
  ];
}

/** The rows of a list. */
export function* makeRows(plan: ListPlan): Generator<Row> {
  const faker = new Faker({ locale: [en], seed: plan.seed });
  const people: Row[] = [];
  for (let n = 0; n < plan.rows; n++) {
    const chance = faker.number.float();
    const known = people[faker.number.int({ max: Math.max(people.length - 1, 0) })];
    if (chance < FAULTY) {
      yield faker.datatype.boolean() ? { "First name": "Nobody" } : noMail(faker);
    } else if (chance < FAULTY + REPEATED && known) yield again(faker, known);
    else {
      const person = makePerson(faker, plan, n);
      people.push(person);
      yield person;
    }
  }
}

function makePerson(faker: Faker, { warmth, seed }: ListPlan, n: number): Row {
  const [first, last] = [faker.person.firstName(), faker.person.lastName()];
  const company = faker.company.name();
  const domain = `${
    faker.helpers.slugify(company).toLowerCase().replaceAll(/[^a-z]+/g, "-")
  }.example`;
  // Most columns of a real list have gaps.
  const perhaps = (value: () => string, share = 0.7) =>
    faker.helpers.maybe(value, { probability: share });
  const status = statusOf(faker, warmth);
  return {
    "First name": first,
    "Last name": last,
    "E-mail": `${faker.helpers.slugify(`${first}.${last}`).toLowerCase()}.${seed}-${n}@${domain}`,
    Phone: perhaps(() => faker.phone.number({ style: "international" })),
    Company: company,
    "Job title": perhaps(() => faker.person.jobTitle()),
    Website: perhaps(() => `https://${domain}`),
    City: perhaps(() => faker.location.city()),
    Country: perhaps(() => faker.location.country()),
    Industry: perhaps(() => faker.commerce.department()),
    Status: status,
    Priority: perhaps(() => faker.helpers.arrayElement(["low", "medium", "high", "urgent"]), 0.5),
    "Last contacted": status === "new"
      ? undefined
      : faker.date.recent({ days: 90 }).toISOString().slice(0, 10),
    Seats: perhaps(() => `${faker.number.int({ min: 1, max: 400 })}`),
  };
}

function statusOf(faker: Faker, warmth: number): string {
  return faker.helpers.weightedArrayElement([
    { value: "new", weight: 6 },
    { value: "contacted", weight: 2 + 2 * warmth },
    { value: "responded", weight: 0.2 + 3 * warmth },
    { value: "qualified", weight: 0.1 + 2 * warmth },
    { value: "converted", weight: 0.1 + 1.5 * warmth },
    { value: "rejected", weight: 1 },
  ]);
}

/** Somebody once more: the address in capitals, and perhaps one thing more that is known of them. */
function again(faker: Faker, person: Row): Row {
  return {
    "First name": person["First name"],
    "E-mail": person["E-mail"]?.toUpperCase(),
    City: person.City ?? faker.location.city(),
  };
}

function noMail(faker: Faker): Row {
  return { "Last name": faker.person.lastName(), "E-mail": "not an address", Company: "" };
}
