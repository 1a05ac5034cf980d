import { configFromEnv } from "../_shared/config.ts";
import { createNotificationsApp } from "./app.ts";

Deno.serve(createNotificationsApp(configFromEnv(Deno.env.toObject())).fetch);
