import { configFromEnv } from "../_shared/config.ts";
import { createLeadsApp } from "./app.ts";

Deno.serve(createLeadsApp(configFromEnv(Deno.env.toObject())).fetch);
