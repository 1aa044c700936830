CREATE TABLE `tamperings` (
	`id` text PRIMARY KEY NOT NULL,
	`camera_id` text NOT NULL,
	`kind` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`sentence` text NOT NULL,
	FOREIGN KEY (`camera_id`) REFERENCES `cameras`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "tamperings_kind_known" CHECK(kind in ('covered', 'sprayed', 'moved', 'frozen', 'out_of_focus')),
	CONSTRAINT "tamperings_end_after_start" CHECK(ended_at is null or ended_at >= started_at)
);
--> statement-breakpoint
CREATE INDEX `tamperings_by_camera` ON `tamperings` (`camera_id`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `tamperings_open` ON `tamperings` (`id`) WHERE ended_at is null;