create or replace function private.tg_scraping_job_logs__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may send
set search_path = ''
as $$
#variable_conflict error
begin
  -- No more than fits into a message; whoever wants the rest, or the context, asks list_job_logs.
  perform realtime.send(jsonb_build_object(
            'agency_id', b.agency_id, 'job_id', b.job_id, 'first_seq', b.first_seq, 'last_seq', b.last_seq,
            'logs', b.logs), 'logs', 'job:' || b.job_id)
     from (
       select l.agency_id, l.job_id, min(l.seq) as first_seq, max(l.seq) as last_seq,
              jsonb_agg(jsonb_build_object('seq', l.seq, 'level', l.level, 'message', left(l.message, 500), 'at', l.at)
                order by l.seq) filter (where l.position <= 100) as logs
         from (
           select n.*, row_number() over (partition by n.agency_id, n.job_id order by n.seq desc) as position
             from new_logs as n
         ) as l
        group by l.agency_id, l.job_id
     ) as b;
  return null;
end;
$$;

comment on function private.tg_scraping_job_logs__announce() is
  'Sends what a statement has logged as one message a job: the last 100 lines of it, each cut at 500 characters.';
