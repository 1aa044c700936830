CREATE TABLE `audit_rows` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`action` text NOT NULL,
	`user_id` text,
	`username` text,
	`target` text,
	`address` text,
	`result` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
-- Rows are added and read. Only what is older than a year may go, by the clock of the database itself.
CREATE TRIGGER audit_rows_unchanged BEFORE UPDATE ON audit_rows BEGIN
  select raise(abort, 'the audit log is not rewritten');
END;
--> statement-breakpoint
CREATE TRIGGER audit_rows_kept BEFORE DELETE ON audit_rows
WHEN old.at > (unixepoch() - 366 * 86400) * 1000 BEGIN
  select raise(abort, 'the audit log is kept for a year');
END;
