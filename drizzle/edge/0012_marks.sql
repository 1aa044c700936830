ALTER TABLE `motion_events` ADD `seen` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `motion_events` ADD `important` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `motion_events_important` ON `motion_events` (`started_at`,`id`) WHERE important = 1;