create or replace function public.list_agencies()
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(to_jsonb(a) order by a.name, a.id), '[]'),
    'total', count(*)
  )
    from public.agencies as a
$$;

comment on function public.list_agencies() is
  'The caller''s agencies as a page document {items, total}, archived ones too, by name.';
revoke all on function public.list_agencies() from public, anon;
grant execute on function public.list_agencies() to authenticated;
