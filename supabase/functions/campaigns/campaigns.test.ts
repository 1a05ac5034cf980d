import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createCampaignsApp } from "./app.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";

Deno.test("a campaign is created by one call, its attributes in SQL's spelling", async () => {
  const upstream = fakeUpstream(() => json({ id, name: "Spring", starts_on: "2026-03-01" }));
  const response = await send(createCampaignsApp(upstream.config), "POST", "/campaigns", {
    body: {
      name: "Spring",
      startsOn: "2026-03-01",
      clientId: null,
      metadata: { camelCase: 1, snake_case: 2 },
    },
  });

  assert.equal(response.status, 201);
  assert.deepEqual(await response.json(), {
    success: true,
    data: { id, name: "Spring", startsOn: "2026-03-01" },
    message: "Campaign created.",
  });
  assert.equal(upstream.calls.length, 1);
  assert.equal(upstream.calls[0]?.path, "/rest/v1/rpc/create_campaign");
  assert.deepEqual(upstream.calls[0]?.body, {
    name: "Spring",
    attributes: {
      starts_on: "2026-03-01",
      client_id: null,
      metadata: { camelCase: 1, snake_case: 2 },
    },
  });
});

Deno.test("a change carries only the given keys, and null for those to clear", async () => {
  const upstream = fakeUpstream(() => json({ id }));
  await send(createCampaignsApp(upstream.config), "PUT", `/campaigns/${id}`, {
    body: { endsOn: null, budgetCents: 5 },
  });
  assert.deepEqual(upstream.calls[0]?.body, {
    campaign_id: id,
    changes: { ends_on: null, budget_cents: 5 },
  });
});

Deno.test("a list says its page, sorts by the column's name and forwards its filters", async () => {
  const upstream = fakeUpstream(() =>
    json({ items: [{ id, created_at: "2026-01-01" }], total: 41 })
  );
  const response = await send(
    createCampaignsApp(upstream.config),
    "GET",
    `/campaigns?page=2&sortBy=updatedAt&sortOrder=asc&status=active&clientId=${id}&search=tour`,
  );
  const { data, pagination } = await response.json();
  assert.deepEqual(data, [{ id, createdAt: "2026-01-01" }]);
  assert.deepEqual(pagination, { page: 2, pageSize: 20, total: 41, totalPages: 3 });
  assert.deepEqual(upstream.calls[0]?.body, {
    page: 2,
    page_size: 20,
    sort_by: "updated_at",
    sort_order: "asc",
    status: "active",
    client_id: id,
    search: "tour",
  });
});

Deno.test("a list with a cursor answers the next one", async () => {
  const upstream = fakeUpstream(() => json({ items: [], next_cursor: "abc" }));
  const response = await send(
    createCampaignsApp(upstream.config),
    "GET",
    "/campaigns?cursor=&pageSize=5",
  );
  assert.deepEqual((await response.json()).pagination, { nextCursor: "abc", pageSize: 5 });
});
