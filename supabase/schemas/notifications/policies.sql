alter table private.notification_types enable row level security;
alter table private.notification_types force row level security;

alter table public.notifications enable row level security;
alter table public.notifications force row level security;
create policy notifications_select_self on public.notifications
  for select to authenticated using (
    agency_id = any ((select private.my_agencies())::uuid[])
    and user_id = (select private.uid())
    and in_app
  );
grant select on public.notifications to authenticated;

alter table public.notification_preferences enable row level security;
alter table public.notification_preferences force row level security;
create policy notification_preferences_select_self on public.notification_preferences
  for select to authenticated using (
    agency_id = any ((select private.my_agencies())::uuid[])
    and user_id = (select private.uid())
  );
grant select on public.notification_preferences to authenticated;
