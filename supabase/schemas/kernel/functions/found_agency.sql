create or replace function private.found_agency(founder uuid, name text, slug text default null)
returns public.agencies
language plpgsql
volatile
security definer -- a founder is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
  v_name text := trim(found_agency.name);
  v_base text := trim(both '-' from left(regexp_replace(lower(v_name), '[^a-z0-9]+', '-', 'g'), 50));
  v_slug text := coalesce(found_agency.slug, nullif(v_base, ''), 'agency');
begin
  loop
    insert into public.agencies (name, slug, created_by)
    values (v_name, v_slug, found_agency.founder)
    on conflict do nothing
    returning * into v_agency;
    exit when found;
    if found_agency.slug is not null then
      raise exception using errcode = 'PT409', message = 'agency_slug_taken',
        detail = 'Another agency already has this slug.', hint = 'Choose another slug.';
    end if;
    v_slug := concat_ws('-', nullif(v_base, ''), substr(gen_random_uuid()::text, 1, 6));
  end loop;

  insert into public.memberships (agency_id, user_id) values (v_agency.id, found_agency.founder);
  insert into public.membership_roles (agency_id, user_id, role)
  values (v_agency.id, found_agency.founder, 'owner');
  update public.profiles as p set active_agency_id = v_agency.id where p.id = found_agency.founder;
  perform private.audit(v_agency.id, 'agency.created', v_agency.id, null, to_jsonb(v_agency));
  return v_agency;
end;
$$;

comment on function private.found_agency(uuid, text, text) is
  'Makes an agency with its founder as owner and switches them to it; without a slug one is made from the name. Error 409 agency_slug_taken.';
