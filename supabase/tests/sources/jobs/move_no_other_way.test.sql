begin;
select plan(36);

-- Past the procedures, as the owner of the schema: the table itself knows the moves.
select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');

create function pg_temp.move(from_status public.scraping_job_status, to_status public.scraping_job_status)
returns text language plpgsql as $$
declare
  v_id uuid;
begin
  insert into public.scraping_jobs (agency_id, data_source_id, campaign_id, status, paused_at, finished_at, error)
  values (tests.id('acme'), tests.id('acme/List'), tests.id('acme/Spring'), from_status,
    case when from_status = 'paused' then now() end,
    case when from_status in ('completed', 'failed', 'cancelled') then now() end,
    case when from_status = 'failed' then 'X' end)
  returning id into v_id;
  update public.scraping_jobs as j
     set status = to_status, paused_at = case when to_status = 'paused' then now() end,
         finished_at = case when to_status in ('completed', 'failed', 'cancelled') then now() end,
         error = case when to_status = 'failed' then 'X' end
   where j.id = v_id;
  return 'moved';
exception when others then
  return sqlstate || ' ' || sqlerrm;
end;
$$;

select is(
  pg_temp.move(f, t),
  case when f = t or (f, t) in (
      ('pending', 'running'), ('pending', 'cancelled'), ('running', 'paused'), ('running', 'completed'),
      ('running', 'failed'), ('running', 'cancelled'), ('paused', 'running'), ('paused', 'completed'),
      ('paused', 'failed'), ('paused', 'cancelled'), ('failed', 'pending'))
    then 'moved' else 'PT409 invalid_transition' end,
  format('from %s to %s', f, t))
  from unnest(enum_range(null::public.scraping_job_status)) as f, unnest(enum_range(null::public.scraping_job_status)) as t;

select * from finish();
rollback;
