import type { z } from "@hono/zod-openapi";
import { type Problem, problem, type ProblemDetail } from "./problem.ts";

/** What the validators found, as the caller's list of faults. */
export function validationProblem(error: z.core.$ZodError, target: string): Problem {
  const where = target === "json" ? "body" : target === "param" ? "path" : target;
  return problem("VALIDATION_FAILED", {
    sentence: `Some values of the ${where} are not valid. See details.`,
    details: error.issues.slice(0, 50).flatMap(toDetails),
  });
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
  return [{ path: path.join("."), message: missing ? "This is required." : `${issue.message}.` }];
}
