create or replace function public.create_agency(name text, slug text default null)
returns public.agencies
language plpgsql
volatile
security definer -- a founder is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
begin
  return private.found_agency(private.require_user(), create_agency.name, create_agency.slug);
end;
$$;

comment on function public.create_agency(text, text) is
  'Makes an agency with the caller as owner and switches them to it; without a slug one is made from the name. Errors: 401 not_signed_in, 409 agency_slug_taken.';
revoke all on function public.create_agency(text, text) from public, anon;
grant execute on function public.create_agency(text, text) to authenticated;
