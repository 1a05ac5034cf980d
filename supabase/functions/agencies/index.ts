import { configFromEnv } from "../_shared/config.ts";
import { createAgenciesApp } from "./app.ts";

Deno.serve(createAgenciesApp(configFromEnv(Deno.env.toObject())).fetch);
