import { configFromEnv } from "../_shared/config.ts";
import { createCampaignsApp } from "./app.ts";

Deno.serve(createCampaignsApp(configFromEnv(Deno.env.toObject())).fetch);
