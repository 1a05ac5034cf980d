-- Domain sources, built from supabase/schemas/sources by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/sources/storage.sql

-- Files of an agency, in Supabase Storage. A path begins with the agency's id: `<agency_id>/leads.csv`.
-- `imports` takes the lists that csv sources read; `exports` holds what the service made for members
-- to fetch. Storage asks these policies as the caller, for every method.
--
-- Compared as text, so that a path that is not a uuid belongs to nobody instead of raising.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('imports', 'imports', false, 200 * 1024 * 1024, array[
    'text/csv', 'text/csv;charset=utf-8', 'text/csv; charset=utf-8', 'application/csv',
    'text/tab-separated-values', 'text/plain',
    -- What browsers on Windows call a .csv where a spreadsheet program is installed.
    'application/vnd.ms-excel'
  ]),
  ('exports', 'exports', false, 200 * 1024 * 1024, array['text/csv', 'application/json'])
on conflict (id) do update
  set public = excluded.public,
      file_size_limit = excluded.file_size_limit,
      allowed_mime_types = excluded.allowed_mime_types;

drop policy if exists objects_select_imports on storage.objects;
create policy objects_select_imports on storage.objects
  for select to authenticated
  using (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.read'))::text[])
  );

drop policy if exists objects_insert_imports on storage.objects;
create policy objects_insert_imports on storage.objects
  for insert to authenticated
  with check (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  );

drop policy if exists objects_update_imports on storage.objects;
create policy objects_update_imports on storage.objects
  for update to authenticated
  using (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  )
  with check (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  );

drop policy if exists objects_delete_imports on storage.objects;
create policy objects_delete_imports on storage.objects
  for delete to authenticated
  using (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  );

-- Exports hold every lead. They are written with the secret key; whoever may delete leads may delete
-- the copies.
drop policy if exists objects_select_exports on storage.objects;
create policy objects_select_exports on storage.objects
  for select to authenticated
  using (
    bucket_id = 'exports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('leads.read'))::text[])
  );

drop policy if exists objects_delete_exports on storage.objects;
create policy objects_delete_exports on storage.objects
  for delete to authenticated
  using (
    bucket_id = 'exports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('leads.delete'))::text[])
  );
