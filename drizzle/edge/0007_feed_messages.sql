CREATE TABLE `feed_messages` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`type` text NOT NULL,
	`motion_event_id` text NOT NULL,
	`camera_id` text NOT NULL
);

--> statement-breakpoint
-- The first number is the time in microseconds: no other box, and no earlier release, told the same.
INSERT INTO sqlite_sequence (name, seq) VALUES ('feed_messages', cast(unixepoch('subsec') * 1000 AS integer) * 1000);
--> statement-breakpoint
CREATE TRIGGER feed_messages_bounded AFTER INSERT ON feed_messages BEGIN
  delete from feed_messages where seq <= new.seq - 10000;
END;
--> statement-breakpoint
CREATE TRIGGER motion_events_started AFTER INSERT ON motion_events BEGIN
  insert into feed_messages (type, motion_event_id, camera_id) values ('event.started', new.id, new.camera_id);
END;
--> statement-breakpoint
-- That the model begins to look is told by the state of the queue.
CREATE TRIGGER motion_events_changed AFTER UPDATE ON motion_events
WHEN new.revision > old.revision AND NOT (new.analysis_status = 'running' AND old.analysis_status <> 'running') BEGIN
  insert into feed_messages (type, motion_event_id, camera_id) values (
    case
      when old.ended_at is null and new.ended_at is not null then 'event.ended'
      when old.analysis_status <> new.analysis_status or old.analysis_reason is not new.analysis_reason then 'event.analyzed'
      else 'event.updated'
    end, new.id, new.camera_id);
END;
--> statement-breakpoint
CREATE TRIGGER motion_events_deleted AFTER DELETE ON motion_events BEGIN
  insert into feed_messages (type, motion_event_id, camera_id) values ('event.deleted', old.id, old.camera_id);
END;
