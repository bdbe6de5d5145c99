-- Today, notes and tasks, and what happened to a partner.

-- From a partner to what ends soon, and to what it has to report on, without its other rows.
create index registration_partner_ends on registration(partner_id, protected_until, id) where state = 'approved';
create index registration_quiet on registration(partner_id, heartbeat_due, id)
  where state = 'approved' and heartbeat_told is not null;
-- The queues with their clocks, from an index alone.
create index registration_queue on registration(state, queue, review_due) where state = 'review';

-- Notes and tasks: each of one side. What it is about is one row; a registration brings its partner.
create table note (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  text text not null,
  partner_id integer references partner(id),
  account_id integer references account(id),
  registration_id integer references registration(id),
  side text not null,
  shared text not null,
  state text not null,
  author_id integer not null references person(id)
);
create index note_partner on note(partner_id, id) where partner_id is not null;
create index note_account on note(account_id, id) where account_id is not null;
create index note_registration on note(registration_id, id) where registration_id is not null;
create index note_author on note(author_id, id);
create index note_created on note(created, id);
create index note_state on note(state, id);

create table task (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  text text not null,
  partner_id integer references partner(id),
  account_id integer references account(id),
  registration_id integer references registration(id),
  owner_id integer not null references person(id),
  due integer,
  side text not null,
  state text not null,
  remind_due integer,
  finished integer,
  author_id integer not null references person(id)
);
create index task_owner on task(owner_id, state, due, id);
create index task_partner on task(partner_id, state, due) where partner_id is not null;
create index task_account on task(account_id, state, due) where account_id is not null;
create index task_registration on task(registration_id, state, due) where registration_id is not null;
create index task_created on task(created, id);
create index task_state on task(state, created, id);
create index task_due on task(due, id);
create index task_remind on task(state, remind_due, id) where remind_due is not null;

-- What happened to a partner, newest first.
create index event_partner on event(partner_id, seq) where partner_id is not null;
