import { secretKeyFrom } from "../_shared/secret-key.ts";
import { configFromEnv } from "../_shared/config.ts";
import { createDataSourcesApp } from "./app.ts";

const env = Deno.env.toObject();

Deno.serve(createDataSourcesApp(configFromEnv(env), env, secretKeyFrom(env)).fetch);
