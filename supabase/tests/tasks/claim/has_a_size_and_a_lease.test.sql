begin;
select plan(12);

select tests.act_as_service();
select throws_ok(format(call, coalesce(n::text, 'null'), 30), 'PT422', 'task_batch_out_of_range', format('1 to 1000 tasks, not %s: %s', n, call))
  from unnest(array['select public.claim_tasks(''w'', ''{x.y}'', %s, %s)', 'select public.exchange_tasks(''[]'', ''w'', ''{x.y}'', %s, %s)']) as call,
       unnest(array[0, 1001, null]) as n;
select throws_ok(format(call, 1, coalesce(s::text, 'null')), 'PT422', 'lease_out_of_range', format('1 second to a day, not %s: %s', s, call))
  from unnest(array['select public.claim_tasks(''w'', ''{x.y}'', %s, %s)', 'select public.exchange_tasks(''[]'', ''w'', ''{x.y}'', %s, %s)']) as call,
       unnest(array[0, 86401, null]) as s;

select * from finish();
rollback;
