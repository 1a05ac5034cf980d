import { secretKeyFrom } from "../_shared/secret-key.ts";
import { configFromEnv } from "../_shared/config.ts";
import { createAdminApp } from "./app.ts";

const env = Deno.env.toObject();

Deno.serve(createAdminApp(configFromEnv(env), secretKeyFrom(env)).fetch);
