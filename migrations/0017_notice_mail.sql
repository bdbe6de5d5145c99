-- Notices by mail as each person wants them: at once, or gathered in a digest.
alter table person add column notify text;
alter table notice add column kind text;
alter table notice add column detail text;
alter table notice add column about text;
alter table notice add column letter_id integer;
create index notice_in_letter on notice(letter_id, id) where letter_id is not null;

-- A mail that will be written when it is due, of the notices that name it.
create table notice_letter (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  person_id integer not null references person(id),
  way text not null,
  due integer not null,
  state text not null
);
create index notice_letter_due on notice_letter(state, due, id);
create index notice_letter_created on notice_letter(created, id);
-- One digest a person and hour, however many tell at the same time.
create unique index notice_letter_digest on notice_letter(person_id, way, due) where way <> 'now';

alter table mail add column html text;
alter table mail add column unsubscribe text;

-- Links in mails that do one thing for one person. With a verb: on the row "about", once; without: no more mails of that kind.
create table mail_link (
  hash blob primary key,
  person_id integer not null references person(id),
  about text,
  verb text,
  kind text,
  created integer not null,
  expires integer not null,
  used integer
);
create index mail_link_expires on mail_link(expires);
