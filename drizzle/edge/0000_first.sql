CREATE TABLE `analysis_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`motion_event_id` text NOT NULL,
	`state` text NOT NULL,
	`priority` integer NOT NULL,
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
	CONSTRAINT "analysis_jobs_state_known" CHECK(state in ('waiting', 'ready', 'leased', 'done', 'dead')),
	CONSTRAINT "analysis_jobs_lock_with_lease" CHECK((state = 'leased') = (lock_id is not null)),
	CONSTRAINT "analysis_jobs_attempts_counted" CHECK(attempts >= 0),
	CONSTRAINT "analysis_jobs_raw_answer_bounded" CHECK(raw_answer is null or length(raw_answer) <= 8192)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `analysis_jobs_motion_event` ON `analysis_jobs` (`motion_event_id`);--> statement-breakpoint
CREATE INDEX `analysis_jobs_take` ON `analysis_jobs` (`state`,`priority`,`captured_at`,`id`);--> statement-breakpoint
CREATE INDEX `analysis_jobs_due` ON `analysis_jobs` (`state`,`available_at`);--> statement-breakpoint
CREATE INDEX `analysis_jobs_oldest` ON `analysis_jobs` (`state`,`captured_at`);--> statement-breakpoint
CREATE TABLE `cameras` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`first_seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `descriptions` (
	`motion_event_id` text PRIMARY KEY NOT NULL,
	`model` text NOT NULL,
	`model_digest` text,
	`prompt_version` integer NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`objects` text NOT NULL,
	`people` integer NOT NULL,
	`vehicles` integer NOT NULL,
	`activity` text NOT NULL,
	`concern` integer NOT NULL,
	`confidence` real,
	`reused_from` text,
	`processing_ms` integer NOT NULL,
	`created_at` integer NOT NULL,
	`queue_wait_ms` integer NOT NULL,
	`server_version` text,
	`image_hash` text,
	FOREIGN KEY (`motion_event_id`) REFERENCES `motion_events`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "descriptions_objects_json" CHECK(json_valid(objects)),
	CONSTRAINT "descriptions_counts" CHECK(people >= 0 and vehicles >= 0),
	CONSTRAINT "descriptions_concern_scale" CHECK(concern between 0 and 3),
	CONSTRAINT "descriptions_confidence_share" CHECK(confidence is null or confidence between 0 and 1),
	CONSTRAINT "descriptions_durations" CHECK(processing_ms >= 0 and queue_wait_ms >= 0)
);
--> statement-breakpoint
CREATE TABLE `motion_events` (
	`id` text PRIMARY KEY NOT NULL,
	`camera_id` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`timestamp` integer NOT NULL,
	`confidence` real NOT NULL,
	`significance_score` real NOT NULL,
	`boxes` text NOT NULL,
	`snapshot` text,
	`analysis_status` text NOT NULL,
	`analysis_reason` text,
	`motion_summary` text NOT NULL,
	`revision` integer NOT NULL,
	FOREIGN KEY (`camera_id`) REFERENCES `cameras`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "motion_events_confidence_share" CHECK(confidence between 0 and 1),
	CONSTRAINT "motion_events_significance_share" CHECK(significance_score between 0 and 1),
	CONSTRAINT "motion_events_boxes_json" CHECK(json_valid(boxes)),
	CONSTRAINT "motion_events_ends_after_start" CHECK(ended_at is null or ended_at >= started_at),
	CONSTRAINT "motion_events_revision_positive" CHECK(revision >= 1),
	CONSTRAINT "motion_events_status_known" CHECK(analysis_status in ('disabled', 'pending', 'running', 'done', 'reused', 'skipped', 'failed')),
	CONSTRAINT "motion_events_reason_given" CHECK(analysis_status = 'done' or analysis_reason is not null)
);
--> statement-breakpoint
CREATE INDEX `motion_events_newest` ON `motion_events` (`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `motion_events_by_camera` ON `motion_events` (`camera_id`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `motion_events_by_status` ON `motion_events` (`analysis_status`,`started_at`,`id`);--> statement-breakpoint
CREATE INDEX `motion_events_ledger` ON `motion_events` (`camera_id`,`analysis_status`);--> statement-breakpoint
CREATE INDEX `motion_events_open` ON `motion_events` (`id`) WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX `motion_events_snapshot` ON `motion_events` (`snapshot`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`refresh_hash` text NOT NULL,
	`previous_refresh_hash` text,
	`created_at` integer NOT NULL,
	`last_used_at` integer NOT NULL,
	`idle_expires_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_refresh_hash` ON `sessions` (`refresh_hash`);--> statement-breakpoint
CREATE INDEX `sessions_previous_refresh_hash` ON `sessions` (`previous_refresh_hash`);--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`username` text NOT NULL,
	`password_hash` text NOT NULL,
	`role` text NOT NULL,
	`disabled` integer NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "users_role_known" CHECK(role in ('admin', 'viewer')),
	CONSTRAINT "users_disabled_flag" CHECK(disabled in (0, 1))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_username` ON `users` (username collate nocase);