-- Tasks for tests: each function speaks for whoever it needs to, and the caller speaks again after it.

create function tests.enqueue(kind text default 'maintenance.sweep', agency text default null, options jsonb default '{}')
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_id uuid;
begin
  perform tests.act_as_postgres();
  v_id := private.enqueue_task(enqueue.kind, coalesce(enqueue.options -> 'payload', '{}'),
    (select tests.id(enqueue.agency) where enqueue.agency is not null), enqueue.options ->> 'unique_key',
    (enqueue.options ->> 'run_at')::timestamptz, coalesce((enqueue.options ->> 'priority')::integer, 0),
    coalesce((enqueue.options ->> 'max_attempts')::integer, 20));
  if enqueue.options ? 'as' then
    perform tests.remember(enqueue.options ->> 'as', v_id);
  end if;
  perform tests.act_again(v_before);
  return v_id;
end;
$$;
comment on function tests.enqueue(text, text, jsonb) is
  'A task, of an agency or the platform; options are enqueue_task''s, and `as` files its id under a name.';

create function tests.claim(number integer default 1, worker text default 'worker', lease_seconds integer default 60)
returns setof jsonb
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_tasks jsonb;
begin
  perform tests.act_as_service();
  v_tasks := public.claim_tasks(claim.worker,
    array(select k.kind from private.task_kinds as k), claim.number, claim.lease_seconds)::jsonb;
  perform tests.act_again(v_before);
  return query select t from jsonb_array_elements(v_tasks) as t;
end;
$$;
comment on function tests.claim(integer, text, integer) is 'What a worker of all kinds gets.';

create function tests.names(tasks jsonb[])
returns text[]
language sql
stable
as $$
  select array_agg(i.key order by t.position)
    from unnest(names.tasks) with ordinality as t (task, position)
    join tests.ids as i on i.id = (t.task ->> 'id')::uuid;
$$;
comment on function tests.names(jsonb[]) is 'The names under which claimed tasks were filed, in their order.';

create function tests.task(name text)
returns private.tasks
language sql
volatile
security definer
as $$
  select t from private.tasks as t where t.id = tests.id(task.name);
$$;
comment on function tests.task(text) is 'The task filed under a name, as it is now.';

grant execute on all functions in schema tests to public;
