/**
 * The fields of a lead, and under which names sources are known to deliver them.
 * @module
 */

/**
 * By lead field, the names it goes by, the surest first. Compared without case, spaces and
 * punctuation; a field's own name is always one of them.
 */
const SYNONYMS = {
  first_name: ["first name", "given name", "forename", "vorname", "prénom", "nombre"],
  last_name: ["last name", "surname", "family name", "nachname", "nom de famille", "apellidos"],
  email: ["email address", "e-mail", "work email", "business email", "primary email", "mail"],
  phone: [
    "phone number",
    "telephone",
    "mobile",
    "mobile phone",
    "cell phone",
    "work phone",
    "telefon",
  ],
  company: ["company name", "organization", "organisation", "account name", "employer", "firma"],
  title: ["job title", "position", "role", "headline"],
  website: ["company website", "web site", "homepage", "domain", "company domain"],
  linkedin_url: ["linkedin", "linkedin profile", "person linkedin url", "linkedin profile url"],
  city: ["town", "ort", "ville"],
  country: ["country region", "land", "pays"],
  industry: ["sector", "branche"],
  status: ["lead status"],
  priority: ["lead priority"],
  qualification_notes: ["notes", "note", "comments", "remarks"],
  tags: ["labels"],
  last_contacted_at: ["last contacted", "last contact"],
  responded_at: [],
  qualified_at: [],
  converted_at: [],
} as const satisfies Record<string, readonly string[]>;

/** A field that a source field can become. */
export type LeadField = keyof typeof SYNONYMS;

/** Fields that hold a JSON object: a source field becomes one key of it. */
export const DOCUMENTS = ["contact", "company_data", "source_data", "custom_fields"] as const;

/** Every field that is no document. */
export const LEAD_FIELDS = Object.keys(SYNONYMS) as LeadField[];

/** A whole name, to be parted into first and last name. */
export const FULL_NAME = "full_name";
const FULL_NAMES = ["full name", "name", "contact name", "person name"];

/** A name without what is only a way of writing it. */
function bare(name: string): string {
  return name.normalize("NFC").toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

const KNOWN = new Map<string, Guess>();
for (const [target, names] of [...Object.entries(SYNONYMS), [FULL_NAME, FULL_NAMES] as const]) {
  [target, ...names].forEach((name, rank) => KNOWN.set(bare(name), { target, rank }));
}

/** What a source field probably is; of two that become the same, the one of lower rank counts. */
export interface Guess {
  readonly target: string;
  readonly rank: number;
}

/** What a source field of this name probably is. */
export function guess(field: string): Guess | undefined {
  return KNOWN.get(bare(field));
}

const CHOICES: Readonly<Partial<Record<string, readonly string[]>>> = {
  status: ["new", "contacted", "responded", "qualified", "converted", "rejected"],
  priority: ["low", "medium", "high", "urgent"],
};

/**
 * Whether a text is what the field takes. Asked where a field was only guessed: the status of another
 * system is no reason to reject its people.
 */
export function suits(target: string, text: string): boolean {
  const choices = CHOICES[target];
  if (choices) return choices.includes(text.trim().toLowerCase());
  if (!target.endsWith("_at")) return true;
  return /^\s*\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text));
}
