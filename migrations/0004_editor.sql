-- Drafts of the programme; versions with a day from which they hold.

-- A scheduled version is in force from its instant on, whether or not its clock has fired yet.
alter table programme_version add column state text not null default 'published'
  check (state in ('published', 'scheduled', 'withdrawn'));
alter table programme_version add column effective integer;
alter table programme_version add column author_id integer references person(id);
alter table programme_version add column alone integer not null default 0;
create index programme_version_state on programme_version(state, number, effective);
create index programme_version_effective on programme_version(state, effective, id);

alter table product_line add column key text;
create unique index product_line_key on product_line(key);

create table programme_draft (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  title text not null,
  base_number integer not null,
  hash text not null,
  step integer not null,
  effective_day integer,
  note text,
  state text not null,
  author_id integer references person(id),
  editor_id integer references person(id),
  asked_id integer references person(id),
  version_number integer
);
create index programme_draft_created on programme_draft(created, id);
create index programme_draft_state on programme_draft(state, id);

-- What a draft went through, a whole document each, so that every step can be taken back. Its hash stands in
-- the event of the step.
create table programme_draft_step (
  draft_id integer not null references programme_draft(id),
  step integer not null,
  document text not null,
  what text not null,
  person_id integer,
  created integer not null,
  primary key (draft_id, step)
);
