begin;
-- Where next to nothing runs, it looks cheap to read all tasks for those that do; it is not any more by the
-- time that plan is used on a long table.
select plan(2);
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

insert into private.tasks (kind, state, finished_at, claim)
select 'maintenance.sweep', 'completed', now(), 1 from generate_series(1, 600);
analyze private.tasks;
select tests.enqueue();
create temporary table claimed as select jsonb_agg(c) as tasks from tests.claim(1) as c;
insert into private.tasks (kind, state, finished_at, claim)
select 'maintenance.sweep', 'completed', now(), 1 from generate_series(1, 3000);

select cmp_ok(pg_temp.read($$ select private.serve_worker(c.tasks, null, null, 0, 1) from claimed as c $$), '<', 50::bigint,
  'a task is looked up by its id');
select is((select count(*) from private.tasks where state = 'completed'), 3601::bigint, 'and completed');
select * from finish();
rollback;
