create or replace function private.tg_users__sync_email()
returns trigger
language plpgsql
volatile
security definer -- runs as the auth service, which may not write here
set search_path = ''
as $$
#variable_conflict error
begin
  update public.profiles as p
     set email = coalesce(new.email, new.id || '@no-email.invalid')
   where p.id = new.id;
  return null;
end;
$$;

comment on function private.tg_users__sync_email() is 'Carries a confirmed change of address into the profile.';
