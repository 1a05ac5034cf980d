create or replace function private.lead_name(lead public.leads)
returns text
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return left(regexp_replace(coalesce(
    nullif(trim(concat_ws(' ', (lead).first_name, (lead).last_name)), ''),
    (lead).company, (lead).email::text, (lead).phone, (lead).linkedin_url, 'A lead'), '\s+', ' ', 'g'), 120);
end;
$$;

comment on function private.lead_name(public.leads) is 'What a lead is called in a sentence: one line, at most 120 characters.';
