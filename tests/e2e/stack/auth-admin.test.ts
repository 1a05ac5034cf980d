/** Auth's administration, which is the secret key's alone. */
import assert from "node:assert/strict";
import { mailsTo, mailTo, PASSWORD } from "./_accounts.ts";
import { client, withStack } from "./stack.ts";

const stack = withStack();

Deno.test("administration: create, read, list, update, ban, delete, with the secret key only", async () => {
  const admin = client(stack(), stack().secretKey).auth.admin;
  const created = await admin.createUser({
    email: "managed@example.test",
    password: PASSWORD,
    email_confirm: true,
    user_metadata: { full_name: "Managed" },
    app_metadata: { plan: "pro" },
  });
  assert.equal(created.error, null);
  const id = created.data.user?.id ?? "";
  assert.equal(created.data.user?.app_metadata.plan, "pro");
  assert.ok((await admin.getUserById(id)).data.user?.email_confirmed_at);
  const listed = await admin.listUsers({ page: 1, perPage: 1000 });
  assert.ok(listed.data.users.some((user) => user.id === id));
  assert.equal("total" in listed.data && listed.data.total, listed.data.users.length);
  const updated = await admin.updateUserById(id, { email: "renamed@example.test" });
  assert.equal(updated.data.user?.email, "renamed@example.test");
  await admin.updateUserById(id, { ban_duration: "1h" });
  const credentials = { email: "renamed@example.test", password: PASSWORD };
  const banned = await client(stack()).auth.signInWithPassword(credentials);
  assert.equal(banned.error?.code, "user_banned");
  await admin.updateUserById(id, { ban_duration: "none" });
  const { data } = await client(stack()).auth.signInWithPassword(credentials);
  assert.equal(data.user?.id, id);
  const taken = await admin.createUser({ email: "renamed@example.test" });
  assert.equal(taken.error?.code, "email_exists");
  assert.equal((await admin.deleteUser(id)).error, null);
  assert.equal((await admin.getUserById(id)).error?.code, "user_not_found");
  const outsider = await client(stack()).auth.admin.listUsers();
  assert.equal(outsider.error?.code, "not_admin");
});

Deno.test("administration: links without mail, and invitations", async () => {
  const admin = client(stack(), stack().secretKey).auth.admin;
  const link = await admin.generateLink({
    type: "signup",
    email: "linked@example.test",
    password: PASSWORD,
  });
  const { data } = await client(stack()).auth.verifyOtp({
    token_hash: link.data.properties?.hashed_token ?? "",
    type: "signup",
  });
  assert.equal(data.user?.email, "linked@example.test");
  assert.ok(data.session);
  assert.deepEqual(await mailsTo(stack(), "linked@example.test"), []);
  await admin.inviteUserByEmail("guest@example.test");
  const mail = await mailTo(stack(), "guest@example.test");
  const accepted = await client(stack()).auth.verifyOtp({
    token_hash: mail.tokenHash,
    type: "invite",
  });
  assert.equal(accepted.data.user?.email, "guest@example.test");
});
