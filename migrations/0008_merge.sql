-- Duplicates: what was merged into what, and what may be the same.

alter table account add column merged_into integer references account(id);
alter table partner add column merged_into integer references partner(id);
alter table person add column merged_into integer references person(id);
create index account_merged on account(merged_into) where merged_into is not null;
create index partner_merged on partner(merged_into) where merged_into is not null;
create index person_merged on person(merged_into) where merged_into is not null;

-- Both rows are named by their ids as people see them ("acc_..."), for a merge is of one of several kinds.
create table merge (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  kind text not null,
  kept text not null,
  gone text not null,
  kept_name text not null,
  gone_name text not null,
  moved integer not null,
  moves text not null,
  why text,
  person_id integer references person(id),
  state text not null
);
create index merge_created on merge(created, id);
create index merge_kept on merge(kept);
create index merge_gone on merge(gone);

create table duplicate (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  kind text not null,
  one text not null,
  other text not null,
  one_name text not null,
  other_name text not null,
  score integer not null,
  evidence text not null,
  state text not null,
  person_id integer references person(id),
  unique (one, other)
);
create index duplicate_created on duplicate(created, id);
create index duplicate_state on duplicate(state, score, id);
create index duplicate_score on duplicate(score, id);
