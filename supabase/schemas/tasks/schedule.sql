-- What runs by the clock. Hosted Supabase has pg_cron; where it is not loaded (the local stack ticks
-- by itself) there is nothing to schedule and the migration says so.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_net') then
    begin
      create extension if not exists pg_net with schema extensions;
    exception
      when others then
        raise warning 'pg_net cannot be used here (%): run `deno task worker`, or call the function worker by other means.', sqlerrm;
    end;
  end if;
  if not exists (select from pg_available_extensions where name = 'pg_cron') then
    return;
  end if;
  begin
    create extension if not exists pg_cron;
  exception
    when undefined_object or insufficient_privilege then
      raise warning 'pg_cron cannot be used here: call private.tick() every few seconds by other means.';
      return;
  end;
  perform cron.schedule('backline-tick', '5 seconds', 'select private.tick()');
end;
$$;
