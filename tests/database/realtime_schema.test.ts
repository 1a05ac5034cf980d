import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { withDatabase } from "./_support.ts";

Deno.test("the owner of the schema puts policies on realtime.messages and nothing else into realtime", async () => {
  await withDatabase(async ({ owner }) => {
    await owner`create policy tried on realtime.messages for select to authenticated using (true)`;
    await owner`alter policy tried on realtime.messages using (realtime.topic() = 'a')`;
    await owner`drop policy tried on realtime.messages`;
    for (
      const statement of [
        "create table realtime.mine (id int)",
        "create function realtime.mine() returns int language sql as 'select 1'",
        "create or replace function realtime.topic() returns text language sql as $$ select 'x' $$",
        "drop function realtime.topic()",
        "alter table realtime.messages add column mine int",
        "alter table realtime.messages disable row level security",
        "create trigger mine before insert on realtime.messages for each row execute function suppress_redundant_updates_trigger()",
        "create index on realtime.messages (topic)",
        "create rule mine as on insert to realtime.messages do nothing",
        "drop table realtime.messages",
        "drop index realtime.messages_inserted_at_topic_index",
        "drop schema realtime cascade",
      ]
    ) {
      await rejects(owner.unsafe(statement), { code: "42501" }, statement);
    }
  });
});

Deno.test("realtime.send leaves a message with its id in the payload, private unless said otherwise", async () => {
  await withDatabase(async ({ owner }) => {
    await owner`select realtime.send('{"a": 1}', 'seen', 'room'),
                       realtime.send('{"id": "mine"}', 'seen', 'hall', false)`;
    const rows = await owner`
      select topic, event, extension, private, payload, payload ->> 'id' = id::text as has_its_id
        from realtime.messages order by private desc`;
    ok(rows[0]);
    const { payload, ...first } = rows[0];
    strictEqual(payload.a, 1);
    deepStrictEqual(first, {
      topic: "room",
      event: "seen",
      extension: "broadcast",
      private: true,
      has_its_id: true,
    });
    deepStrictEqual([rows[1]?.payload, rows[1]?.private], [{ id: "mine" }, false]);
  });
});

Deno.test("realtime.send that may not insert warns and leaves the caller's transaction whole", async () => {
  await withDatabase(async ({ owner, as }) => {
    await owner`select tests.create_agency('acme')`;
    const answer = await as("acme", "owner", async (tx) => {
      await tx`select realtime.send('{}', 'forged', 'room')`;
      return await tx`select realtime.topic() as topic`;
    });
    strictEqual(answer[0]?.topic ?? null, null, "the topic is set back with the failed insert");
    const [row] = await owner`select count(*)::int as messages from realtime.messages`;
    strictEqual(row?.messages, 0);
  });
});

Deno.test("realtime.broadcast_changes tells a row's change to the topic in private", async () => {
  await withDatabase(async ({ owner }) => {
    await owner.unsafe(`
      create table public.stones (id int primary key, weight int);
      create function public.tell() returns trigger language plpgsql security definer
      set search_path = '' as $$ begin
        perform realtime.broadcast_changes('stones', tg_op, tg_op, tg_table_name, tg_table_schema, new, old);
        return null;
      end $$;
      create trigger tell after insert or update or delete on public.stones
        for each row execute function public.tell()`);
    await owner`insert into public.stones values (1, 2)`;
    await owner`update public.stones set weight = 3`;
    await owner`delete from public.stones`;
    const rows = await owner`
      select event, private, payload - 'id' as payload from realtime.messages
       order by event`;
    const told = { table: "stones", schema: "public" };
    const light = { id: 1, weight: 2 }, heavy = { id: 1, weight: 3 };
    deepStrictEqual(rows.map((row) => ({ ...row })), [
      {
        event: "DELETE",
        private: true,
        payload: { ...told, operation: "DELETE", record: null, old_record: heavy },
      },
      {
        event: "INSERT",
        private: true,
        payload: { ...told, operation: "INSERT", record: light, old_record: null },
      },
      {
        event: "UPDATE",
        private: true,
        payload: { ...told, operation: "UPDATE", record: heavy, old_record: light },
      },
    ]);
  });
});
