import { configFromEnv } from "../_shared/config.ts";
import { createAnalyticsApp } from "./app.ts";

Deno.serve(createAnalyticsApp(configFromEnv(Deno.env.toObject())).fetch);
