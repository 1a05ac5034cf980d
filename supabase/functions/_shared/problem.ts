import { KIT_CODES, type KitCodeName } from "./codes.ts";

/** One fault of a request: where, in the caller's own spelling, and what. */
export interface ProblemDetail {
  /** Dotted path into the body, or the name of a parameter; empty for the whole body. */
  readonly path: string;
  /** A sentence for a person. */
  readonly message: string;
}

/** What a {@link Problem} carries besides its status, code and sentence. */
export interface ProblemExtras {
  /** The single faults, where there are several or where a place can be named. */
  readonly details?: readonly ProblemDetail[];
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What led here; goes to the log, never to the caller. */
  readonly cause?: unknown;
}

/** A request's failure as the caller will see it. Throw it anywhere below the app. */
export class Problem extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Machine code in upper snake case. */
  readonly code: string;
  /** The single faults. */
  readonly details: readonly ProblemDetail[] | undefined;
  /** Further response headers. */
  readonly headers: Readonly<Record<string, string>>;

  /** `sentence` is what the envelope's `error` says. */
  constructor(status: number, code: string, sentence: string, extras: ProblemExtras = {}) {
    super(sentence, { cause: extras.cause });
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.details = extras.details;
    this.headers = {
      ...(status === 401 ? { "WWW-Authenticate": "Bearer" } : {}),
      ...extras.headers,
    };
  }

  /** The envelope of a failure. */
  toBody(requestId: string): Record<string, unknown> {
    return {
      success: false,
      error: this.message,
      code: this.code,
      ...(this.details ? { details: this.details } : {}),
      requestId,
    };
  }
}

/** A problem by one of the HTTP layer's own codes. */
export function problem(
  code: KitCodeName,
  extras: ProblemExtras & { readonly sentence?: string } = {},
): Problem {
  const { status, sentence } = KIT_CODES[code];
  return new Problem(status, code, extras.sentence ?? sentence, extras);
}
