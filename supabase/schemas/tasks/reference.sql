-- The kinds that belong to no domain, and what the clock does from the start.
insert into private.task_kinds (kind, description) values
  ('maintenance.sweep', 'Does the chores of the clock now; for operators, who put it in line by hand');

insert into private.chores (name, every) values
  ('fold', '5 seconds'), ('tasks', '1 minute'), ('sweep', '1 hour'), ('audit_partitions', '1 day');
