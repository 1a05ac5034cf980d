import { configFromEnv } from "../_shared/config.ts";
import { mailerFromEnv } from "../_shared/mail.ts";
import { createAgenciesApp } from "./app.ts";

const env = Deno.env.toObject();
Deno.serve(createAgenciesApp(configFromEnv(env), mailerFromEnv(env)).fetch);
