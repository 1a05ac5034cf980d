create or replace function private.tg_scraping_jobs__set_progress()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  new.progress := case
    when new.status = 'completed' then 100
    when new.rows_total > 0 then least(99, new.rows_read::bigint * 100 / least(new.rows_total, new.max_rows))
    else 0
  end;
  return new;
end;
$$;

comment on function private.tg_scraping_jobs__set_progress() is
  'Keeps progress what the counts say.';
