create or replace function private.drop_schedule(name text)
returns boolean
language plpgsql
volatile
security definer -- schedules are nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  delete from private.schedules as s where s.name = drop_schedule.name;
  return found;
end;
$$;

comment on function private.drop_schedule(text) is 'Ends a schedule; returns whether there was one. Tasks that it made stay.';
