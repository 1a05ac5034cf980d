-- The kinds that belong to no domain, and what the clock does from the start.
insert into private.task_kinds (kind, description) values
  ('maintenance.sweep', 'Deletes finished tasks after the days that its payload says');

insert into private.chores (name, every) values
  ('fold', '5 seconds'), ('sweep', '1 hour'), ('audit_partitions', '1 day');

select private.set_schedule('maintenance.sweep', '43 * * * *', 'maintenance.sweep', '{"completed_days": 7, "other_days": 90}');
