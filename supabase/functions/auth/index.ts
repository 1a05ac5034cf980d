import { configFromEnv } from "../_shared/config.ts";
import { createAuthApp } from "./app.ts";

Deno.serve(createAuthApp(configFromEnv(Deno.env.toObject())).fetch);
