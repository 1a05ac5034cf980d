create trigger lead_metric_deltas_announce
  after insert on private.lead_metric_deltas
  referencing new table as new_deltas
  for each statement execute function private.tg_lead_metric_deltas__announce();

create trigger notifications_announce
  after insert on public.notifications
  referencing new table as new_notifications
  for each statement execute function private.tg_notifications__announce();
