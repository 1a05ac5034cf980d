-- What runs by the clock. Hosted Supabase has pg_cron; where it is not loaded (the local stack runs
-- the same calls itself) there is nothing to schedule and the migration says so.
do $$
begin
  if not exists (select from pg_available_extensions where name = 'pg_cron') then
    return;
  end if;
  begin
    create extension if not exists pg_cron;
  exception
    when undefined_object or insufficient_privilege then
      raise warning 'pg_cron cannot be used here: call private.fold() every few seconds and private.create_audit_partitions() every day by other means.';
      return;
  end;
  perform cron.schedule('backline-fold', '10 seconds', 'select private.fold()');
  perform cron.schedule('backline-sweep', '29 * * * *', 'select private.sweep()');
  perform cron.schedule('backline-audit-partitions', '17 3 * * *', 'select private.create_audit_partitions()');
end;
$$;
