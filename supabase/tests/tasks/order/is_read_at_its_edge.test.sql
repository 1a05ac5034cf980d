begin;
-- A queue is empty one moment and long the next, so that statistics are always of another one: what is
-- asked for must not lead past all that waits, whichever state they describe.
select plan(8);
select tests.create_agency('acme'), tests.create_agency('globex'), tests.create_agency('initech');
create function pg_temp.fetched() returns bigint language sql volatile as $$
  select coalesce(s.seq_tup_read, 0) + coalesce(s.idx_tup_fetch, 0)
    from pg_stat_xact_all_tables as s where s.relid = 'private.tasks'::regclass;
$$;
create function pg_temp.read(statement text) returns bigint language plpgsql as $$
declare
  v_before bigint := pg_temp.fetched();
begin
  execute statement;
  return pg_temp.fetched() - v_before;
end;
$$;

insert into private.tasks (agency_id, kind, state, finished_at)
select tests.id('acme'), 'maintenance.sweep', 'completed', now() from generate_series(1, 5000);
analyze private.tasks;
select private.enqueue_tasks('maintenance.sweep', array_fill('{}'::jsonb, array[3000]), tests.id(slug), unique_keys =>
    array(select slug || n from generate_series(1, 3000) as n))
  from unnest('{acme,globex}'::text[]) as slug;

select cmp_ok(pg_temp.read($$ select count(*) from tests.claim(1) $$), '<', 50::bigint, 'a claim reads what it takes, after the queue was empty');
select cmp_ok(pg_temp.read($$ select tests.enqueue(agency => 'initech') $$), '<', 50::bigint, 'an enqueuer the edge of the line');
select cmp_ok(pg_temp.read($$ select tests.enqueue(options => '{"unique_key": "acme77"}') $$), '<', 50::bigint, 'and the one task of its key');
select tests.enqueue(agency => 'globex', options => '{"priority": 3}');
select cmp_ok(pg_temp.read($$ select count(*) from tests.claim(1) $$), '<', 50::bigint, 'a priority leads past nothing else');
analyze private.tasks;
select cmp_ok(pg_temp.read($$ select count(*) from tests.claim(1) $$), '<', 50::bigint, 'so it is once the statistics know of the line');
select cmp_ok(pg_temp.read($$ select tests.enqueue(agency => 'acme') $$), '<', 50::bigint, 'for enqueuers, too');
select cmp_ok(pg_temp.read($$ select private.task_lag() $$), '<', 50::bigint, 'and for whoever asks how long it is');
select cmp_ok(pg_temp.read($$ select private.promote_tasks(), private.rescue_tasks() $$), '<', 50::bigint, 'and for the clock');
select * from finish();
rollback;
