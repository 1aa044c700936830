CREATE TABLE `earlier_pictures` (
	`snapshot` text PRIMARY KEY NOT NULL,
	`motion_event_id` text NOT NULL,
	`captured_at` integer NOT NULL,
	`boxes` text NOT NULL,
	FOREIGN KEY (`motion_event_id`) REFERENCES `motion_events`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "earlier_pictures_boxes_json" CHECK(json_valid(boxes))
);
--> statement-breakpoint
CREATE INDEX `earlier_pictures_by_event` ON `earlier_pictures` (`motion_event_id`,`captured_at`);