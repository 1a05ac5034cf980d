create or replace function private.document_texts(document jsonb)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case jsonb_typeof(document)
    when 'object' then array(select jsonb_object_keys(document))
    else array(
      select case jsonb_typeof(e)
          when 'number' then trim_scale((e #>> '{}')::numeric)::text
          else e #>> '{}'
        end
        from jsonb_array_elements(document) as e
    )
  end
$$;

comment on function private.document_texts(jsonb) is
  'The texts a scoring rule sees in a list, its elements, or in an object, its keys.';
