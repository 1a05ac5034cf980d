import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createNotificationsApp } from "./app.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";

async function calls(method: string, path: string, body?: unknown) {
  const upstream = fakeUpstream(() => json({ items: [], total: 0, marked: 0, unread: 0 }));
  const response = await send(createNotificationsApp(upstream.config), method, path, { body });
  return { status: response.status, calls: upstream.calls };
}

Deno.test("the unread are asked for by `true`, and nothing that only looks like it", async () => {
  const { calls: [asked] } = await calls("GET", "/notifications?unread=true&pageSize=5");
  assert.equal(asked?.path, "/rest/v1/rpc/list_notifications");
  assert.deepEqual(asked?.body, { unread: true, page: 1, page_size: 5 });
  const { calls: [all] } = await calls("GET", "/notifications?unread=false");
  assert.deepEqual(all?.body, { unread: false, page: 1, page_size: 20 });
  assert.equal((await calls("GET", "/notifications?unread=1")).status, 422);
});

Deno.test("ids are marked as read, and without a body all", async () => {
  const { calls: [some] } = await calls("POST", "/notifications/read", { ids: [id] });
  assert.equal(some?.path, "/rest/v1/rpc/mark_notifications_read");
  assert.deepEqual(some?.body, { notification_ids: [id] });
  for (const body of [undefined, {}]) {
    const { status, calls: [all] } = await calls("POST", "/notifications/read", body);
    assert.deepEqual([status, all?.body], [200, {}]);
  }
  // Whoever meant some must not mark all.
  assert.equal((await calls("POST", "/notifications/read", { ids: [] })).status, 422);
  assert.equal((await calls("POST", "/notifications/read", { id })).status, 422);
});

Deno.test("a preference is named by its type, and only ways that are said change", async () => {
  const { calls: [set] } = await calls("PUT", "/notifications/preferences/lead.assigned", {
    inApp: false,
  });
  assert.equal(set?.path, "/rest/v1/rpc/set_notification_preference");
  assert.deepEqual(set?.body, { type: "lead.assigned", in_app: false });
  assert.equal((await calls("PUT", "/notifications/preferences/no.such", {})).status, 422);
});
