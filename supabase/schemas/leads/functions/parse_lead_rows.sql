create or replace function private.parse_lead_rows(rows jsonb)
returns table (n integer, attributes private.lead_attributes, given text[], errors jsonb)
language sql
stable
set search_path = ''
as $$
  with fields as materialized (
    select a.attname::text as field,
           format_type(a.atttypid, null) as type,
           case
             when a.atttypid = 'jsonb'::regtype then 'object'
             when a.atttypid = 'text[]'::regtype then 'array'
             else 'string'
           end as shape,
           case a.attname when 'qualification_notes' then 10000 else 500 end as max_length,
           (select 'must be one of ' || string_agg(e.enumlabel, ', ' order by e.enumsortorder)
              from pg_catalog.pg_enum as e where e.enumtypid = a.atttypid) as choice
      from pg_catalog.pg_attribute as a
     where a.attrelid = 'private.lead_attributes'::regclass and a.attnum > 0
  ), checked as (
    select r.n, e.key as field, v.clean,
           case
             when jsonb_typeof(r.document) <> 'object' then 'is not a JSON object'
             when e.key is null then null
             when f.field is null then 'is not a field of a lead'
             when jsonb_typeof(v.clean) = 'null' then null
             when f.shape = 'string' and jsonb_typeof(v.clean) not in ('string', 'number')
               then 'must be a string'
             when f.shape = 'object' and jsonb_typeof(v.clean) <> 'object' then 'must be a JSON object'
             when f.shape = 'object' and pg_column_size(v.clean) > 65536 then 'is larger than 64 KB'
             when f.shape = 'array' and (
               jsonb_typeof(v.clean) <> 'array' or v.clean @? '$[*] ? (@.type() != "string")'
             ) then 'must be a list of strings'
             when f.shape = 'array' and jsonb_array_length(v.clean) > 50 then 'has more than 50 entries'
             when f.choice is not null and not pg_input_is_valid(v.clean #>> '{}', f.type) then f.choice
             -- Words such as 'tomorrow' and 'infinity' are valid to Postgres and no moment to us.
             when f.type like 'timestamp%' and (v.clean #>> '{}' !~ '^\d{4}-\d\d-\d\d'
               or not pg_input_is_valid(v.clean #>> '{}', f.type))
               then 'is not a date and time'
             when char_length(v.clean #>> '{}') > f.max_length and f.shape = 'string'
               then format('has more than %s characters', f.max_length)
             when f.field = 'email' and v.clean #>> '{}' !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'
               then 'is not an e-mail address'
           end as reason
      from jsonb_array_elements(parse_lead_rows.rows) with ordinality as r (document, n)
      left join lateral jsonb_each(
        case jsonb_typeof(r.document) when 'object' then r.document end) as e on true
      left join fields as f on f.field = e.key
     cross join lateral (
       select case
         when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(nullif(trim(e.value #>> '{}'), '')), 'null')
         else e.value
       end
     ) as v (clean)
  )
  select c.n::integer,
         jsonb_populate_record(
           null::private.lead_attributes,
           coalesce(jsonb_object_agg(c.field, c.clean)
             filter (where c.field is not null and c.reason is null), '{}')
         ),
         array_agg(c.field order by c.field) filter (where c.field is not null),
         jsonb_agg(jsonb_build_object('row', c.n, 'field', c.field, 'reason', c.reason) order by c.field)
           filter (where c.reason is not null)
    from checked as c
   group by c.n
$$;

comment on function private.parse_lead_rows(jsonb) is
  'Turns documents into typed lead attributes, and says per row what is wrong: errors is null or a list of {row, field, reason}. Texts are trimmed, empty ones are null. The one place that judges what is said about a lead.';
