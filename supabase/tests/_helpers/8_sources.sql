-- Data sources, jobs, and the worker that runs them.

create table tests.workers (name text primary key, task_id uuid not null, claim bigint not null);
grant select on tests.workers to public;

create function tests.create_source(
  slug text,
  name text,
  type text default 'csv',
  attributes jsonb default '{}',
  credentials jsonb default null
)
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_id uuid;
begin
  perform tests.act_as(create_source.slug, 'owner');
  select s.id into v_id
    from public.create_data_source(create_source.type, create_source.name, create_source.attributes,
      create_source.credentials, tests.id(create_source.slug)) as s;
  perform tests.act_as_postgres();
  perform tests.remember(create_source.slug || '/' || create_source.name, v_id), tests.act_again(v_before);
  return v_id;
end;
$$;
comment on function tests.create_source(text, text, text, jsonb, jsonb) is
  'A data source connected by the agency''s owner; filed as `<slug>/<name>`.';

create function tests.create_job(
  slug text,
  key text,
  source text,
  campaign text,
  max_rows integer default null,
  max_minutes integer default null,
  params jsonb default '{}'
)
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_id uuid;
begin
  perform tests.act_as(create_job.slug, 'owner');
  select j.id into v_id
    from public.create_scraping_job(tests.id(create_job.slug || '/' || create_job.source),
      tests.id(create_job.slug || '/' || create_job.campaign), create_job.params, create_job.max_rows,
      create_job.max_minutes) as j;
  perform tests.act_as_postgres();
  perform tests.remember(create_job.slug || '/' || create_job.key, v_id), tests.act_again(v_before);
  return v_id;
end;
$$;
comment on function tests.create_job(text, text, text, text, integer, integer, jsonb) is
  'A pending job made by the agency''s owner; filed as `<slug>/<key>`.';

create function tests.move_job(key text, verb text)
returns text
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_status text;
begin
  perform tests.act_as(split_part(move_job.key, '/', 1), 'owner');
  execute format('select j.status from public.%I($1) as j', move_job.verb || '_scraping_job')
     into v_status using tests.id(move_job.key);
  perform tests.act_again(v_before);
  return v_status;
end;
$$;
comment on function tests.move_job(text, text) is
  'The agency''s owner starts, pauses, resumes, cancels or retries `<slug>/<key>`; answers the status.';

create function tests.claim_job(worker text, kind text default 'scraping_job.run')
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_task jsonb;
begin
  perform tests.act_as_service();
  v_task := public.claim_tasks(claim_job.worker, array[claim_job.kind], 1, 60) -> 0;
  perform tests.act_as_postgres();
  insert into tests.workers (name, task_id, claim)
  select claim_job.worker, (v_task ->> 'id')::uuid, (v_task ->> 'claim')::bigint
   where v_task is not null
  on conflict (name) do update set task_id = excluded.task_id, claim = excluded.claim;
  perform tests.act_again(v_before);
  return v_task ->> 'id';
end;
$$;
comment on function tests.claim_job(text, text) is 'A worker takes the next task of a kind, and is known by its name from then on.';

create function tests.take_job(worker text, key text)
returns void
language sql
security definer
as $$
  with taken as (
    update private.tasks as t
       set state = 'running', claim = t.claim + 1, attempts = t.attempts + 1, worker = take_job.worker,
           heartbeat_at = now(), lease_until = now() + interval '60 seconds'
     where t.id = (
       select n.id from private.tasks as n
        where n.state = 'available' and n.payload ->> 'job_id' = tests.id(take_job.key)::text
        order by (n.payload ->> 'run')::integer desc
        limit 1)
    returning t.id, t.claim
  )
  insert into tests.workers (name, task_id, claim)
  select take_job.worker, t.id, t.claim from taken as t
  on conflict (name) do update set task_id = excluded.task_id, claim = excluded.claim;
$$;
comment on function tests.take_job(text, text) is 'A worker takes the task of a job''s latest run, whatever else is in line.';

create function tests.begin_job(worker text)
returns jsonb
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_answer jsonb;
begin
  perform tests.act_as_service();
  select public.begin_scraping_job(w.task_id, w.claim) into strict v_answer
    from tests.workers as w where w.name = begin_job.worker;
  perform tests.act_again(v_before);
  return v_answer;
end;
$$;
comment on function tests.begin_job(text) is 'begin_scraping_job by that worker.';

create function tests.import_batch(
  worker text,
  rows jsonb default '[]',
  rejected jsonb default '[]',
  checkpoint jsonb default null,
  rows_total integer default null,
  logs jsonb default '[]'
)
returns jsonb
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_answer jsonb;
begin
  perform tests.act_as_service();
  select public.import_job_batch(w.task_id, w.claim, import_batch.rows, import_batch.rejected,
           import_batch.checkpoint, import_batch.rows_total, import_batch.logs) into strict v_answer
    from tests.workers as w where w.name = import_batch.worker;
  perform tests.act_again(v_before);
  return v_answer;
end;
$$;
comment on function tests.import_batch(text, jsonb, jsonb, jsonb, integer, jsonb) is 'import_job_batch by that worker.';

create function tests.finish_job(worker text, status text default 'completed', reason text default null)
returns jsonb
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_answer jsonb;
begin
  perform tests.act_as_service();
  select public.finish_scraping_job(w.task_id, w.claim, finish_job.status, finish_job.reason) into strict v_answer
    from tests.workers as w where w.name = finish_job.worker;
  perform tests.act_again(v_before);
  return v_answer;
end;
$$;
comment on function tests.finish_job(text, text, text) is 'finish_scraping_job by that worker.';

create function tests.people(from_row integer, to_row integer)
returns jsonb
language sql
as $$
  select jsonb_agg(jsonb_build_object('row', n, 'values', jsonb_build_object('email', 'p' || n || '@x.test')) order by n)
    from generate_series(from_row, to_row) as n;
$$;
comment on function tests.people(integer, integer) is 'Rows of a batch, each a person with an e-mail of its number.';

create function tests.job(key text)
returns public.scraping_jobs
language sql
stable
security definer
as $$
  select j.* from public.scraping_jobs as j where j.id = tests.id(job.key);
$$;
comment on function tests.job(text) is 'A job as it stands, whoever speaks.';

create function tests.job_counts(key text)
returns text
language sql
stable
security definer
as $$
  select format('%s read, %s created, %s updated, %s duplicate, %s rejected', j.rows_read, j.rows_created,
           j.rows_updated, j.rows_duplicate, j.rows_rejected)
    from public.scraping_jobs as j where j.id = tests.id(job_counts.key);
$$;
comment on function tests.job_counts(text) is 'A job''s counts in words.';

create function tests.fill_sources(slug text)
returns void
language plpgsql
as $$
#variable_conflict error
declare
  v_agency uuid := tests.id(fill_sources.slug);
  v_job uuid;
  v_status public.scraping_job_status;
begin
  insert into public.data_sources (agency_id, type, name, has_credentials, text_bytes, schedule_campaign_id, schedule)
  values (v_agency, 'csv', 'a source', true, 5, tests.id(fill_sources.slug || '/Own'), '0 6 * * *'),
         (v_agency, 'api', 'idle source', false, null, null, null);
  perform tests.remember(fill_sources.slug || '/' || s.name, s.id)
    from public.data_sources as s where s.agency_id = v_agency;
  insert into private.data_source_credentials (agency_id, data_source_id, key_id, nonce, ciphertext)
  values (v_agency, tests.id(fill_sources.slug || '/a source'), 'k1', 'bm9uY2Vub25jZW5v', repeat('A', 32));
  insert into private.data_source_texts (agency_id, data_source_id, content)
  values (v_agency, tests.id(fill_sources.slug || '/a source'), 'email');

  foreach v_status in array '{pending,running,paused,failed}'::public.scraping_job_status[] loop
    insert into public.scraping_jobs (
      agency_id, data_source_id, campaign_id, status, run, log_lines, paused_at, finished_at, error
    )
    values (
      v_agency, tests.id(fill_sources.slug || '/a source'), tests.id(fill_sources.slug || '/Own'), v_status,
      (v_status <> 'pending')::integer, 1, case when v_status = 'paused' then now() end,
      case when v_status = 'failed' then now() end, case when v_status = 'failed' then 'No answer' end
    )
    returning id into v_job;
    perform tests.remember(fill_sources.slug || '/' || v_status || ' job', v_job);
    insert into public.scraping_job_logs (agency_id, job_id, seq, level, message)
    values (v_agency, v_job, 1, 'info', 'A line');
    insert into public.scraping_job_rejects (agency_id, job_id, n, row_number, field, reason)
    values (v_agency, v_job, 1, 1, 'email', 'is not an e-mail address');
  end loop;

  insert into private.tasks (agency_id, kind, payload, state, claim, attempts, lease_until, heartbeat_at)
  values (v_agency, 'scraping_job.run', jsonb_build_object(
            'job_id', tests.id(fill_sources.slug || '/running job'), 'agency_id', v_agency, 'run', 1),
          'running', 1, 1, now() + interval '1 hour', now()),
         (v_agency, 'data_source.scheduled_run', jsonb_build_object(
            'data_source_id', tests.id(fill_sources.slug || '/a source'), 'agency_id', v_agency),
          'running', 1, 1, now() + interval '1 hour', now());
  perform tests.remember(fill_sources.slug || case t.kind when 'scraping_job.run' then '/job task' else '/schedule task' end, t.id)
    from private.tasks as t where t.agency_id = v_agency and t.kind in ('scraping_job.run', 'data_source.scheduled_run');
end;
$$;
comment on function tests.fill_sources(text) is
  'For the access matrix: two sources, a job in each status that something can be done with, and a worker''s tasks.';

grant execute on all functions in schema tests to public;
