begin;
select plan(36);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');

create function pg_temp.job_in(status text) returns text language plpgsql as $$
declare
  v_step text;
  v_key text := 'acme/' || gen_random_uuid();
begin
  perform tests.create_job('acme', split_part(v_key, '/', 2), 'List', 'Spring');
  foreach v_step in array case status
    when 'pending' then '{}'
    when 'running' then '{start}'
    when 'paused' then '{start,pause}'
    when 'cancelled' then '{cancel}'
    else '{start}'
  end::text[] loop
    perform tests.move_job(v_key, v_step);
  end loop;
  if status in ('completed', 'failed') then
    perform tests.take_job('anna', v_key);
    perform tests.finish_job('anna', status, case status when 'failed' then 'No answer' end);
  end if;
  return v_key;
end;
$$;

create function pg_temp.outcome(status text, verb text) returns text language plpgsql as $$
declare
  v_key text := pg_temp.job_in(status);
begin
  return tests.move_job(v_key, verb);
exception when others then
  return sqlstate || ' ' || sqlerrm;
end;
$$;

create temporary table moves (verb text, from_status text, expected text);
insert into moves
select v.verb, s.status, coalesce(v.moves ->> s.status, 'PT409 invalid_transition')
  from (values
    ('start', '{"pending": "running"}'::jsonb),
    ('pause', '{"running": "paused"}'),
    ('resume', '{"paused": "running"}'),
    ('cancel', '{"pending": "cancelled", "running": "cancelled", "paused": "cancelled"}'),
    ('retry', '{"failed": "pending"}')
  ) as v (verb, moves),
  unnest(enum_range(null::public.scraping_job_status)::text[]) as s (status);

select is(pg_temp.outcome(m.from_status, m.verb), m.expected, format('%s a job that is %s', m.verb, m.from_status))
  from moves as m order by m.verb, m.from_status;

-- What workers move.
create function pg_temp.ended_from(status text, ending text) returns text language plpgsql as $$
declare
  v_key text := pg_temp.job_in('running');
begin
  perform tests.take_job('ben', v_key);
  if status <> 'running' then
    perform tests.move_job(v_key, case status when 'paused' then 'pause' else 'cancel' end);
  end if;
  perform tests.finish_job('ben', ending, 'No answer');
  return (tests.job(v_key)).status;
end;
$$;
select is(pg_temp.ended_from('running', 'completed'), 'completed', 'a worker completes a running job');
select is(pg_temp.ended_from('running', 'failed'), 'failed', 'or lets it fail');
select is(pg_temp.ended_from('paused', 'completed'), 'completed', 'a pause after the last row holds nothing back');
select is(pg_temp.ended_from('paused', 'failed'), 'failed', 'nor does one after the last error');
select is(pg_temp.ended_from('cancelled', 'completed'), 'cancelled', 'a cancelled job stays cancelled');
select is(pg_temp.ended_from('cancelled', 'failed'), 'cancelled', 'whatever its worker says');

select * from finish();
rollback;
