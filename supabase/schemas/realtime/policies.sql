-- Private channels. Realtime asks these policies with a row of its own when a client joins a topic
-- (select) and when it sends there (insert); no message is read through them.
create policy messages_select_hearers on realtime.messages
  for select to authenticated using (
    extension in ('broadcast', 'presence') and (select private.may_hear((select realtime.topic())))
  );

-- Broadcasts come from the database alone. Clients only say that they are there, to their agency.
create policy messages_insert_present_members on realtime.messages
  for insert to authenticated with check (
    extension = 'presence'
    and (select realtime.topic()) ~ '^agency:[0-9a-f-]{36}$'
    and (select private.may_hear((select realtime.topic())))
  );
