create trigger clients_set_updated_at
  before update on public.clients
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger clients_audit
  after insert or update or delete on public.clients
  for each row execute function private.tg_clients__audit();

create trigger campaigns_check_transition
  before update of status on public.campaigns
  for each row when (new.status <> old.status)
  execute function private.tg_check_transition();

create trigger campaigns_set_updated_at
  before update on public.campaigns
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger leads_check_transition
  before update of status on public.leads
  for each row when (new.status <> old.status)
  execute function private.tg_check_transition();

create trigger leads_set_milestones
  before insert or update of status on public.leads
  for each row execute function private.tg_leads__set_milestones();

create trigger leads_set_updated_at
  before update on public.leads
  for each row
  execute function private.tg_set_updated_at();

create trigger leads_record_moves
  after update on public.leads
  referencing old table as old_leads new table as new_leads
  for each statement execute function private.tg_leads__record_moves();

create trigger lead_activities_append_only
  before update on public.lead_activities
  for each row execute function private.tg_append_only();

-- One trigger for each event: transition tables allow no more.
create trigger leads_append_metric_deltas_on_insert
  after insert on public.leads
  referencing new table as new_leads
  for each statement execute function private.tg_leads__append_metric_deltas();

create trigger leads_append_metric_deltas_on_update
  after update on public.leads
  referencing old table as old_leads new table as new_leads
  for each statement execute function private.tg_leads__append_metric_deltas();

create trigger leads_append_metric_deltas_on_delete
  after delete on public.leads
  referencing old table as old_leads
  for each statement execute function private.tg_leads__append_metric_deltas();

-- Inserts leave nothing: what a row was is known from what it is.
create trigger campaigns_record_changes
  after update on public.campaigns
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_record_changes();

create trigger leads_record_changes
  after update on public.leads
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_record_changes();
