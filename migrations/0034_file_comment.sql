-- A file that came with a comment is there as long as the comment is, for those who see the opportunity.
alter table file add column comment_id integer references opportunity_comment(id);
create index file_comment on file(comment_id, id) where comment_id is not null;
