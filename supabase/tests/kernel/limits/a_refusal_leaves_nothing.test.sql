begin;
select plan(9);

select tests.create_agency('acme');
select tests.set_limit('write', 'user', 1);
select tests.act_as('acme', 'owner');
create function pg_temp.rename(name text, key text default null) returns text language sql as $$
  select tests.says('update_agency', jsonb_build_object('agency_id', tests.id('acme'), 'changes', jsonb_build_object('name', name)), 'write', key)
$$;
select is(pg_temp.rename('First'), '200', 'one passes');
select tests.watch('acme'), tests.new_events();
select is(pg_temp.rename('Second'), '429 rate_limited', 'the next is refused');
select tests.is_untouched('acme');

-- Found used up only at the end, as when many ask at once: the effect is taken back.
select tests.act_as_postgres();
delete from private.rate_counters;
create function pg_temp.use_up() returns trigger language plpgsql security definer as $$
begin
  insert into private.rate_counters (class, kind, subject, tat) values ('write', 'user', tests.id('acme/owner')::text, now() + interval '1 year');
  return null;
end;
$$;
create trigger use_up after update on public.agencies for each row execute function pg_temp.use_up();
select tests.act_as('acme', 'owner');
select is(pg_temp.rename('Third', 'key'), '429 rate_limited', 'used up meanwhile');
select tests.is_untouched('acme');
select is_empty('select from tests.new_events()', 'no event');
select tests.act_as_postgres();
select is_empty('select from private.idempotency_keys', 'no stored answer');
select is_empty('select from private.rate_counters', 'and no charge on the other limits');

drop trigger use_up on public.agencies;
select tests.act_as('acme', 'owner');
select is(pg_temp.rename('Third', 'key'), '200', 'later it passes, under the same key');

select * from finish();
rollback;
