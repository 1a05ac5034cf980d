import type { z } from "zod";
import { SourceError } from "./errors.ts";

/** A checkpoint as its connector wrote it; anything else is `invalid_checkpoint`. */
export function readCheckpoint<T>(schema: z.ZodType<T>, checkpoint: unknown): T {
  const result = schema.safeParse(checkpoint);
  if (result.success) return result.data;
  throw new SourceError(
    "invalid_checkpoint",
    "The job's checkpoint is not of this kind of data source. Start a new job.",
  );
}
