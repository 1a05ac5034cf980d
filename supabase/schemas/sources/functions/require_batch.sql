create or replace function private.require_batch(rows jsonb, rejected jsonb, logs jsonb)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_size integer;
begin
  if jsonb_typeof(require_batch.rows) <> 'array' or jsonb_typeof(require_batch.rejected) <> 'array'
    or jsonb_typeof(require_batch.logs) <> 'array' then
    raise exception using errcode = 'PT422', message = 'rows_not_a_list',
      detail = 'Rows, rejected rows and log lines each come as a list.';
  end if;
  v_size := jsonb_array_length(require_batch.rows) + jsonb_array_length(require_batch.rejected);
  if v_size > 10000 then
    raise exception using errcode = 'PT422', message = 'import_size_out_of_range',
      detail = format('A batch takes up to 10,000 rows; this one has %s.', v_size),
      hint = 'Send the rows in several batches.';
  end if;
end;
$$;

comment on function private.require_batch(jsonb, jsonb, jsonb) is
  'Refuses a batch that is no batch: 422 rows_not_a_list, import_size_out_of_range.';
