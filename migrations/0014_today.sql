-- Today, notes, tasks, saved views, and what mail people want.

-- From a partner to what ends soon, and to what it has to report on, without its other rows.
create index registration_partner_ends on registration(partner_id, protected_until, id) where state = 'approved';
create index registration_quiet on registration(partner_id, heartbeat_due, id)
  where state = 'approved' and heartbeat_told is not null;
-- The queues with their clocks, from an index alone.
create index registration_queue on registration(state, queue, review_due) where state = 'review';
