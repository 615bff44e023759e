-- What users say in appeals is read as other words of people are.
alter table viewing_words drop constraint viewing_words_about_check;
alter table viewing_words add constraint viewing_words_about_check
    check (about in ('case', 'notice', 'report', 'subject', 'transcript', 'appeal'));
