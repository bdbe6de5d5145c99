-- The queues' index knows the partner, too: what waits of a manager's partners, or of one, is found without its rows.
drop index registration_queue;
create index registration_queue on registration(state, queue, review_due, partner_id) where state = 'review';
