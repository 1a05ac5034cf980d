import type { BaseUrls } from "./connector.ts";

/** Where the providers are, unless the environment names other places (tests, proxies). */
export function baseUrlsFromEnv(env: Readonly<Record<string, string | undefined>>): BaseUrls {
  const url = (name: string, standard: string) => (env[name] || standard).replace(/\/+$/, "");
  return {
    apollo: url("APOLLO_BASE_URL", "https://api.apollo.io/api/v1"),
    zoominfo: url("ZOOMINFO_BASE_URL", "https://api.zoominfo.com/gtm"),
    zoominfoToken: url(
      "ZOOMINFO_TOKEN_URL",
      "https://okta-login.zoominfo.com/oauth2/default/v1/token",
    ),
    linkedin: url("LINKEDIN_BASE_URL", "https://api.linkedin.com"),
    linkedinToken: url("LINKEDIN_TOKEN_URL", "https://www.linkedin.com/oauth/v2/accessToken"),
    linkedinVersion: env.LINKEDIN_VERSION || "202610",
  };
}
