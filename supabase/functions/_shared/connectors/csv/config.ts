import { z } from "zod";
import { mappingShape } from "../mapping.ts";
import { DELIMITERS } from "./records.ts";
import { ENCODINGS } from "./transcoder.ts";

/** The longest text a config holds; more belongs into the storage. */
const MAX_INLINE_CHARACTERS = 1024 * 1024;

/** Config of a data source of type `csv`. */
export const CsvConfig = z.strictObject({
  path: z.string().min(1).max(1000).optional().meta({
    description: "The file in the bucket imports: <agency id>/<name>. Wins over text.",
    example: "0199a3c4-d5e6-7890-8abc-def012345678/leads.csv",
  }),
  text: z.string().max(MAX_INLINE_CHARACTERS).optional().meta({
    description: "The file's text itself.",
  }),
  delimiter: z.enum(DELIMITERS).optional().meta({ description: "Found out unless told." }),
  encoding: z.enum(ENCODINGS).optional().meta({ description: "Found out unless told." }),
  header: z.boolean().default(true).meta({
    description: "Whether the first row names the columns; else they are column 1, column 2, …",
  }),
  ...mappingShape,
}).meta({ id: "CsvSourceConfig" });

/** Config of a data source of type `csv`. */
export type CsvConfig = z.infer<typeof CsvConfig>;
