import { configFromEnv } from "../_shared/config.ts";
import { createJobsApp } from "./app.ts";

Deno.serve(createJobsApp(configFromEnv(Deno.env.toObject())).fetch);
