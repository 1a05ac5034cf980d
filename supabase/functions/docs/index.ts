import { configFromEnv } from "../_shared/config.ts";
import { createDocsApp } from "./app.ts";

Deno.serve(createDocsApp(configFromEnv(Deno.env.toObject())).fetch);
