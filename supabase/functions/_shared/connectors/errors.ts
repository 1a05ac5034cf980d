/**
 * How a source fails.
 * @module
 */

/** Codes that stay for good: nothing comes of trying again before a person has changed something. */
const FINAL = [
  /** Credentials are missing, wrong or withdrawn. */
  "unauthorized",
  /** The account lacks a right or a plan. */
  "forbidden",
  /** The address, file or form is not there. */
  "not_found",
  /** The source understood the request and refused it: a filter it does not know, no credits left. */
  "request_refused",
  /** An answer is larger than we read. */
  "too_large",
  /** The answer is well-formed, but not what this source is documented to say. */
  "wrong_shape",
  /** The data source's own settings are no good. */
  "invalid_config",
  /** The checkpoint is none of this connector's. */
  "invalid_checkpoint",
  /** The file is not the one the job began with. */
  "source_changed",
] as const;

/** Codes of what may be better in a minute. */
const PASSING = [
  /** The source cannot be reached or answers with a failure of its own. */
  "unavailable",
  /** No whole answer in time. */
  "timed_out",
  /** The answer breaks off. */
  "truncated_answer",
  /** The answer is not JSON, though it should be; often a proxy's page. */
  "malformed_answer",
] as const;

/** A stable code for a program. */
export type SourceErrorCode = typeof FINAL[number] | typeof PASSING[number];

/** A source that does not give what it should. The message is a sentence fit for a job's log. */
export class SourceError extends Error {
  /** Whether trying again is useless. */
  readonly isFinal: boolean;

  constructor(
    readonly code: SourceErrorCode,
    sentence: string,
    options: ErrorOptions = {},
  ) {
    super(sentence, options);
    this.name = "SourceError";
    this.isFinal = FINAL.some((final) => final === code);
  }
}

/** A source that asks for patience: come back with the last checkpoint after that many seconds. */
export class RateLimited extends Error {
  constructor(readonly retryAfterSeconds: number, sentence = "The source asks us to slow down.") {
    super(sentence);
    this.name = "RateLimited";
  }
}
