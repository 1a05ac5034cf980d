create or replace function private.sweep_announcements()
returns void
language sql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
  delete from private.announcements where at < now() - interval '1 day'
$$;

comment on function private.sweep_announcements() is
  'Forgets what was told a day ago and more; finished jobs say nothing again. Called by the clock.';
