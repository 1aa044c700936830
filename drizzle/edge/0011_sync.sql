CREATE TABLE `camera_downtimes` (
	`camera_id` text NOT NULL,
	`day` text NOT NULL,
	`downtime_ms` integer NOT NULL,
	PRIMARY KEY(`camera_id`, `day`)
);
--> statement-breakpoint
CREATE TABLE `daily_digests` (
	`camera_id` text NOT NULL,
	`day` text NOT NULL,
	`revision` integer NOT NULL,
	`sent_revision` integer NOT NULL,
	`figures` text NOT NULL,
	`sentence` text NOT NULL,
	`refused_reason` text,
	PRIMARY KEY(`camera_id`, `day`),
	CONSTRAINT "daily_digests_figures_json" CHECK(json_valid(figures))
);
--> statement-breakpoint
CREATE INDEX `daily_digests_unsent` ON `daily_digests` (`day`,`camera_id`) WHERE sent_revision < revision and refused_reason is null;--> statement-breakpoint
CREATE TABLE `sync_marks` (
	`id` integer PRIMARY KEY NOT NULL,
	`motion_event_id` text NOT NULL,
	`revision` integer NOT NULL,
	`camera_id` text NOT NULL,
	`started_at` integer NOT NULL,
	`deleted_at` integer,
	`is_new` integer NOT NULL,
	`marked_at` integer NOT NULL,
	`refused_reason` text,
	`refused_at` integer,
	CONSTRAINT "sync_marks_refusal" CHECK((refused_at is null) = (refused_reason is null)),
	CONSTRAINT "sync_marks_new_flag" CHECK(is_new in (0, 1))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sync_marks_motion_event` ON `sync_marks` (`motion_event_id`);--> statement-breakpoint
CREATE INDEX `sync_marks_waiting` ON `sync_marks` (`id`) WHERE refused_at is null;--> statement-breakpoint
CREATE INDEX `sync_marks_refused` ON `sync_marks` (`id`) WHERE refused_at is not null;--> statement-breakpoint
CREATE TABLE `sync_site` (
	`id` integer PRIMARY KEY NOT NULL,
	`nonce` text NOT NULL,
	`claims` integer NOT NULL,
	`claims_tried` integer NOT NULL,
	`epoch` text,
	`last_event_id` text,
	`last_revision` integer,
	`sent_at` integer,
	CONSTRAINT "sync_site_single" CHECK(id = 1),
	CONSTRAINT "sync_site_last_whole" CHECK((last_event_id is null) = (last_revision is null))
);

--> statement-breakpoint
-- 128 random bits, written as a version 4 UUID.
INSERT INTO sync_site (id, nonce, claims, claims_tried)
  SELECT 1, lower(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-8' || substr(h, 18, 3) || '-' || substr(h, 21, 12)), 0, 0
  FROM (SELECT hex(randomblob(16)) AS h);
--> statement-breakpoint
INSERT INTO sync_marks (motion_event_id, revision, camera_id, started_at, is_new, marked_at)
  SELECT id, revision, camera_id, started_at, 1, cast(unixepoch('subsec') * 1000 AS integer) FROM motion_events ORDER BY started_at, id;
--> statement-breakpoint
CREATE TRIGGER motion_events_marked AFTER INSERT ON motion_events BEGIN
  insert into sync_marks (motion_event_id, revision, camera_id, started_at, is_new, marked_at)
  values (new.id, new.revision, new.camera_id, new.started_at, 1, cast(unixepoch('subsec') * 1000 as integer))
  on conflict (motion_event_id) do update set revision = excluded.revision, deleted_at = null, refused_reason = null, refused_at = null;
END;
--> statement-breakpoint
CREATE TRIGGER motion_events_remarked AFTER UPDATE ON motion_events WHEN new.revision <> old.revision BEGIN
  insert into sync_marks (motion_event_id, revision, camera_id, started_at, is_new, marked_at)
  values (new.id, new.revision, new.camera_id, new.started_at, 0, cast(unixepoch('subsec') * 1000 as integer))
  on conflict (motion_event_id) do update set revision = excluded.revision,
    marked_at = iif(refused_at is null, marked_at, excluded.marked_at), refused_reason = null, refused_at = null;
END;
--> statement-breakpoint
-- What the centre was never told of need not be told deleted.
CREATE TRIGGER motion_events_unmarked AFTER DELETE ON motion_events BEGIN
  insert into sync_marks (motion_event_id, revision, camera_id, started_at, deleted_at, is_new, marked_at)
  values (old.id, old.revision + 1, old.camera_id, old.started_at, cast(unixepoch('subsec') * 1000 as integer), 0, cast(unixepoch('subsec') * 1000 as integer))
  on conflict (motion_event_id) do update set revision = excluded.revision, deleted_at = excluded.deleted_at,
    marked_at = iif(refused_at is null, marked_at, excluded.marked_at), refused_reason = null, refused_at = null;
  delete from sync_marks where motion_event_id = old.id and is_new = 1;
END;
