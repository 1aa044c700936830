CREATE TABLE `event_documents` (
	`id` integer PRIMARY KEY NOT NULL,
	`motion_event_id` text NOT NULL,
	FOREIGN KEY (`motion_event_id`) REFERENCES `motion_events`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `event_documents_motion_event_id_unique` ON `event_documents` (`motion_event_id`);--> statement-breakpoint
CREATE INDEX `motion_events_by_camera_status` ON `motion_events` (`camera_id`,`analysis_status`,`started_at`,`id`);
--> statement-breakpoint
-- No copy of the texts is kept. The prefixes are for the last word of a search, which may be begun.
CREATE VIRTUAL TABLE event_words USING fts5(
  words, content='', contentless_delete=1, detail=none, prefix='2 3 4 5 6 7 8',
  tokenize='unicode61 remove_diacritics 2'
);
--> statement-breakpoint
-- The camera is a word among the others, so that a rare camera and a common word are found as fast.
CREATE VIEW event_texts AS
  SELECT d.id, e.id AS motion_event_id,
    e.motion_summary || ' ' || ifnull(s.title || ' ' || s.description || ' ' || s.objects || ' ' || s.activity, '')
    || ' camera' || hex(e.camera_id) AS words
  FROM event_documents d JOIN motion_events e ON e.id = d.motion_event_id
    LEFT JOIN descriptions s ON s.motion_event_id = e.id;
--> statement-breakpoint
INSERT INTO event_documents (id, motion_event_id)
  SELECT started_at * 4096 + row_number() OVER (PARTITION BY started_at ORDER BY id) - 1, id FROM motion_events;
--> statement-breakpoint
INSERT INTO event_words (rowid, words) SELECT id, words FROM event_texts;
--> statement-breakpoint
-- Never "or replace": a statement that says what to do on a conflict says it for its triggers too.
CREATE TRIGGER motion_events_indexed AFTER INSERT ON motion_events BEGIN
  insert or ignore into event_documents (id, motion_event_id)
    select ifnull(max(id) + 1, new.started_at * 4096), new.id from event_documents
    where id >= new.started_at * 4096 and id < (new.started_at + 1) * 4096;
  insert into event_words (rowid, words) select id, words from event_texts where motion_event_id = new.id;
END;
--> statement-breakpoint
CREATE TRIGGER motion_events_reindexed AFTER UPDATE OF motion_summary ON motion_events
WHEN old.motion_summary <> new.motion_summary BEGIN
  delete from event_words where rowid = (select id from event_documents where motion_event_id = new.id);
  insert into event_words (rowid, words) select id, words from event_texts where motion_event_id = new.id;
END;
--> statement-breakpoint
CREATE TRIGGER motion_events_unindexed BEFORE DELETE ON motion_events BEGIN
  delete from event_words where rowid = (select id from event_documents where motion_event_id = old.id);
END;
--> statement-breakpoint
CREATE TRIGGER descriptions_indexed AFTER INSERT ON descriptions BEGIN
  delete from event_words where rowid = (select id from event_documents where motion_event_id = new.motion_event_id);
  insert into event_words (rowid, words) select id, words from event_texts where motion_event_id = new.motion_event_id;
END;
--> statement-breakpoint
CREATE TRIGGER descriptions_reindexed AFTER UPDATE ON descriptions BEGIN
  delete from event_words where rowid = (select id from event_documents where motion_event_id = new.motion_event_id);
  insert into event_words (rowid, words) select id, words from event_texts where motion_event_id = new.motion_event_id;
END;
