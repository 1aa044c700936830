DROP INDEX `sessions_refresh_hash`;--> statement-breakpoint
DROP INDEX `sessions_previous_refresh_hash`;--> statement-breakpoint
ALTER TABLE `users` ADD `camera_ids` text;