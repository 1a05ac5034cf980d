create trigger notification_preferences_set_updated_at
  before update on public.notification_preferences
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();
