create or replace function private.lead_identity(attributes private.lead_attributes)
returns text
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return private.dedupe_key((attributes).email, (attributes).linkedin_url, (attributes).phone,
    (attributes).company, (attributes).first_name, (attributes).last_name);
end;
$$;

comment on function private.lead_identity(private.lead_attributes) is
  'The dedupe key these attributes give a lead; null where they name nobody.';
