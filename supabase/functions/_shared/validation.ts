import type { z } from "@hono/zod-openapi";
import { type Problem, problem, type ProblemDetail } from "./problem.ts";

/** What the validators found, as the caller's list of faults. */
export function validationProblem(error: z.core.$ZodError, target: string): Problem {
  const where = target === "json" ? "body" : target === "param" ? "path" : target;
  return problem("VALIDATION_FAILED", {
    sentence: `Some values of the ${where} are not valid. See details.`,
    details: detailsOf(error).slice(0, 50),
  });
}

/** Every fault by its dotted path, as a sentence. */
export function detailsOf(error: z.core.$ZodError | undefined): ProblemDetail[] {
  return (error?.issues ?? []).flatMap(toDetails);
}

function toDetails(issue: z.core.$ZodIssue): ProblemDetail[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      message: "There is no such field.",
    }));
  }
  const missing = issue.code === "invalid_type" && issue.message.endsWith("received undefined");
  const message = missing ? "This is required" : issue.message;
  return [{ path: path.join("."), message: message.replace(/\.?$/, ".") }];
}
