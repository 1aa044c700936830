CREATE TABLE `event_counts` (
	`camera_id` text NOT NULL,
	`analysis_status` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`camera_id`, `analysis_status`)
);
--> statement-breakpoint
CREATE TABLE `job_counts` (
	`state` text NOT NULL,
	`camera_id` text NOT NULL,
	`urgency` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`state`, `camera_id`, `urgency`)
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_analysis_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`motion_event_id` text NOT NULL,
	`camera_id` text NOT NULL,
	`state` text NOT NULL,
	`priority` integer NOT NULL,
	`urgency` text NOT NULL,
	`captured_at` integer NOT NULL,
	`requested_at` integer NOT NULL,
	`available_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`lock_id` text,
	`leased_at` integer,
	`waiting_reason` text,
	`last_error` text,
	`raw_answer` text,
	FOREIGN KEY (`motion_event_id`) REFERENCES `motion_events`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "analysis_jobs_urgency" CHECK(urgency in ('asked', 'urgent', 'ordinary', 'low', 'shed')),
	CONSTRAINT "analysis_jobs_state_known" CHECK(state in ('waiting', 'ready', 'leased', 'done', 'dead')),
	CONSTRAINT "analysis_jobs_lock_with_lease" CHECK((state = 'leased') = (lock_id is not null)),
	CONSTRAINT "analysis_jobs_attempts_counted" CHECK(attempts >= 0),
	CONSTRAINT "analysis_jobs_raw_answer_bounded" CHECK(raw_answer is null or length(raw_answer) <= 8192)
);
--> statement-breakpoint
INSERT INTO `__new_analysis_jobs`("id", "motion_event_id", "camera_id", "state", "priority", "urgency", "captured_at", "requested_at", "available_at", "attempts", "lock_id", "leased_at", "waiting_reason", "last_error", "raw_answer") SELECT "id", "motion_event_id", (SELECT "camera_id" FROM `motion_events` WHERE `motion_events`.`id` = "motion_event_id"), "state", "priority", CASE WHEN "priority" >= 1000000 THEN 'asked' WHEN "priority" >= 800 THEN 'urgent' WHEN "priority" >= 450 THEN 'ordinary' ELSE 'low' END, "captured_at", "requested_at", "available_at", "attempts", "lock_id", "leased_at", "waiting_reason", "last_error", "raw_answer" FROM `analysis_jobs`;--> statement-breakpoint
DROP TABLE `analysis_jobs`;--> statement-breakpoint
ALTER TABLE `__new_analysis_jobs` RENAME TO `analysis_jobs`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `analysis_jobs_motion_event` ON `analysis_jobs` (`motion_event_id`);--> statement-breakpoint
CREATE INDEX `analysis_jobs_due` ON `analysis_jobs` (`state`,`available_at`);--> statement-breakpoint
CREATE INDEX `analysis_jobs_newest` ON `analysis_jobs` (`camera_id`,`urgency`,`captured_at`,`id`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `analysis_jobs_longest_waiting` ON `analysis_jobs` (`requested_at`,`id`) WHERE state = 'waiting' and urgency <> 'shed';--> statement-breakpoint
CREATE INDEX `analysis_jobs_least` ON `analysis_jobs` (`camera_id`,`priority`,`captured_at`) WHERE state = 'waiting' and urgency in ('ordinary', 'low');--> statement-breakpoint
DROP INDEX `motion_events_ledger`;