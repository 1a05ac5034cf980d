create or replace function private.sweep_notifications()
returns void
language sql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
  delete from public.notifications where created_at < now() - interval '180 days'
$$;

comment on function private.sweep_notifications() is 'Forgets notifications after 180 days, read or not. Called by the clock.';
