create or replace function private.tg_users__create_profile()
returns trigger
language plpgsql
volatile
security definer -- runs as the auth service, which may not write here
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency_name text := nullif(trim(new.raw_user_meta_data ->> 'agency_name'), '');
  v_token text := nullif(new.raw_user_meta_data ->> 'invitation_token', '');
begin
  insert into public.profiles (id, email, full_name)
  values (
    new.id,
    coalesce(new.email, new.id || '@no-email.invalid'),
    left(nullif(trim(coalesce(
      new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name')), ''), 200)
  );
  if v_token is not null then
    perform private.join_agency(new.id, new.email, v_token);
  elsif v_agency_name is not null then
    perform private.found_agency(new.id, left(v_agency_name, 120));
  end if;
  return null;
end;
$$;

comment on function private.tg_users__create_profile() is
  'Gives a new auth user a profile, and the agency the sign-up names or the membership its invitation offers: all in the sign-up''s transaction, so that none of it is ever half done.';
