/**
 * The stack under test.
 * @module
 */

function required(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set: run \`deno task test e2e\`.`);
  return value;
}

/** Where the stack under test is, and its keys. */
export const stack = {
  url: required("BACKLINE_URL"),
  publishableKey: required("BACKLINE_PUBLISHABLE_KEY"),
  secretKey: required("BACKLINE_SECRET_KEY"),
  dbUrl: required("BACKLINE_DB_URL"),
  mailUrl: required("BACKLINE_MAIL_URL"),
  /** Signs access tokens; for tokens that no sign-in would give. */
  jwtSecret: required("BACKLINE_JWT_SECRET"),
};
