create or replace function public.do_upkeep()
returns text[]
language plpgsql
volatile
security definer -- chores are nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  update private.chores set next_run_at = now();
  return private.do_chores();
end;
$$;

comment on function public.do_upkeep() is
  'For workers: does all chores of the clock now, whenever they are due, and returns the names of those that did not fail. Error 403 service_required.';
revoke all on function public.do_upkeep() from public, anon, authenticated;
grant execute on function public.do_upkeep() to service_role;
