create or replace function private.tg_profiles__check_timezone()
returns trigger
language plpgsql
volatile
security definer -- whoever may write the column may not call the helper
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_timezone(new.timezone);
  return new;
end;
$$;

comment on function private.tg_profiles__check_timezone() is
  'Lets a profile have a time zone that there is; 422 timezone_unknown.';
