import { configFromEnv } from "../_shared/config.ts";
import { createHealthApp } from "./app.ts";

Deno.serve(createHealthApp(configFromEnv(Deno.env.toObject())).fetch);
