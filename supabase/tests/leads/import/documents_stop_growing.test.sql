begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.act_as('acme', 'manager');
create function pg_temp.row(key text, size integer) returns jsonb language sql as $$
  select jsonb_build_object('email', 'lead@x.test', 'custom_fields', jsonb_build_object(key, repeat('x', size)))
$$;
grant execute on function pg_temp.row(text, integer) to public;
create function pg_temp.import(variadic rows jsonb[]) returns jsonb language sql as $$
  select public.import_leads(tests.id('acme/Launch'), to_jsonb(rows)) - 'errors'
$$;
grant execute on function pg_temp.import(jsonb[]) to public;

select is(pg_temp.import(pg_temp.row('a', 40000), pg_temp.row('b', 40000), pg_temp.row('c', 100)),
  '{"created": 1, "updated": 0, "duplicate": 2, "rejected": 0}', 'what repeats a lead adds nothing that has no room together');
select is(pg_temp.import(pg_temp.row('d', 40000)), '{"created": 0, "updated": 0, "duplicate": 1, "rejected": 0}',
  'a later import finds no more room');
select is(pg_temp.import(pg_temp.row('e', 100)), '{"created": 0, "updated": 1, "duplicate": 0, "rejected": 0}',
  'but for what is small');
select results_eq($$ select jsonb_object_keys(custom_fields) as key from public.leads order by key $$,
  '{a,e}'::text[], 'and nothing is kept by halves');

select * from finish();
rollback;
