-- Every report has an owner, also what is over: who answers for it. What was refused, or has no receipt, is somebody's.
update report set owner = 'filing_officer'
where owner = '' and (state = 'Rejected' or (state = 'FiledReceiptLost' and receipt_sha256 is null));
update report set owner = coalesce(approved_by, created_by) where owner = '';
