create or replace function public.list_job_logs(
  job_id uuid,
  level text default null,
  after_seq integer default 0,
  page_size integer default 100
)
returns jsonb
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(list_job_logs.job_id, 'jobs.read');
  v_items jsonb;
begin
  if list_job_logs.level not in ('debug', 'info', 'warning', 'error') then
    raise exception using errcode = 'PT422', message = 'log_level_unknown',
      detail = format('There is no log level %s.', list_job_logs.level),
      hint = 'One of debug, info, warning, error.';
  end if;
  perform private.page_offset(1, list_job_logs.page_size);
  -- One line more than the page tells whether there is another page.
  select coalesce(jsonb_agg(to_jsonb(r) order by r.seq), '[]')
    into v_items
    from (
      select l.seq, l.level, l.message, l.context, l.at
        from public.scraping_job_logs as l
       where l.agency_id = v_job.agency_id and l.job_id = v_job.id
         and l.seq > coalesce(list_job_logs.after_seq, 0)
         and (list_job_logs.level is null or l.level = list_job_logs.level)
       order by l.seq
       limit list_job_logs.page_size + 1
    ) as r;
  return case when jsonb_array_length(v_items) > list_job_logs.page_size
    then jsonb_build_object('items', v_items - -1, 'next_cursor', v_items -> -2 ->> 'seq')
    else jsonb_build_object('items', v_items, 'next_cursor', null)
  end;
end;
$$;

comment on function public.list_job_logs(uuid, text, integer, integer) is
  'The lines of a job''s log after a seq, in order: {items: [{seq, level, message, context, at}], next_cursor: the seq to go on after, or null at the end}. Errors: 401 not_signed_in, 404 job_not_found, 422 log_level_unknown, page_out_of_range.';
revoke all on function public.list_job_logs(uuid, text, integer, integer) from public, anon;
grant execute on function public.list_job_logs(uuid, text, integer, integer) to authenticated;
