-- The life of a registration: extensions, activity, reminders, the waitlist.

-- What a decision is about: the claim itself, its extension, an override of a decision, or a ruling in a dispute.
alter table decision add column kind text not null default 'registration'
  check (kind in ('registration', 'extension', 'override', 'ruling'));
alter table decision add column extension_id integer;
create index decision_kind on decision(kind, id);

alter table registration add column extensions integer not null default 0;
alter table registration add column last_activity integer;
-- Clocks: a notice, then the early lapse of what nobody works on; and the next reminder of the end.
alter table registration add column heartbeat_due integer;
alter table registration add column heartbeat_told integer;
alter table registration add column remind_due integer;
alter table registration add column ended integer;
alter table registration add column lapse_reason text;
alter table registration add column opportunity_id integer references opportunity(id);
alter table registration add column disputed integer not null default 0;
create index registration_ends on registration(state, protected_until, id) where protected_until is not null;
create index registration_heartbeat on registration(state, heartbeat_due, id) where heartbeat_due is not null;
create index registration_remind on registration(state, remind_due, id) where remind_due is not null;
create index registration_opportunity on registration(opportunity_id);

create table extension (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  person_id integer not null references person(id),
  evidence text not null,
  day integer not null,
  with_whom text,
  note text,
  state text not null,
  rule text,
  protected_until integer,
  queue text,
  review_due integer,
  decided integer,
  decided_by integer references person(id),
  reason text
);
create index extension_registration on extension(registration_id, id);
create index extension_partner on extension(partner_id, state, id);
create index extension_state on extension(state, review_due, id);
create index extension_created on extension(created, id);

create table activity (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  person_id integer not null references person(id),
  kind text not null,
  day integer not null,
  note text
);
create index activity_registration on activity(registration_id, day);
create index activity_partner on activity(partner_id, id);
create index activity_created on activity(created, id);

-- Who waits for an account. Whose turn it is follows from the order of the entries' first events in the feed.
create table waitlist_entry (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  person_id integer not null references person(id),
  account_id integer not null references account(id),
  product_line_id integer not null references product_line(id),
  company text not null,
  state text not null,
  offer_due integer
);
create unique index waitlist_entry_once on waitlist_entry(partner_id, account_id, product_line_id)
  where state in ('waiting', 'offered');
create index waitlist_entry_account on waitlist_entry(account_id, product_line_id, state);
create index waitlist_entry_partner on waitlist_entry(partner_id, state, id);
create index waitlist_entry_registration on waitlist_entry(registration_id);
create index waitlist_entry_offer on waitlist_entry(state, offer_due, id) where offer_due is not null;
create index waitlist_entry_created on waitlist_entry(created, id);
