-- Events and jobs are counted where they change, so that no way of writing them can forget it and
-- reading the counts costs the same whatever waits.
CREATE TRIGGER motion_events_counted AFTER INSERT ON motion_events BEGIN
  insert into event_counts (camera_id, analysis_status, count) values (new.camera_id, new.analysis_status, 1)
  on conflict do update set count = count + 1;
END;
--> statement-breakpoint
CREATE TRIGGER motion_events_discounted AFTER DELETE ON motion_events BEGIN
  update event_counts set count = count - 1 where camera_id = old.camera_id and analysis_status = old.analysis_status;
END;
--> statement-breakpoint
CREATE TRIGGER motion_events_recounted AFTER UPDATE OF camera_id, analysis_status ON motion_events
WHEN old.camera_id <> new.camera_id or old.analysis_status <> new.analysis_status BEGIN
  update event_counts set count = count - 1 where camera_id = old.camera_id and analysis_status = old.analysis_status;
  insert into event_counts (camera_id, analysis_status, count) values (new.camera_id, new.analysis_status, 1)
  on conflict do update set count = count + 1;
END;
--> statement-breakpoint
INSERT INTO event_counts (camera_id, analysis_status, count)
  SELECT camera_id, analysis_status, count(*) FROM motion_events GROUP BY camera_id, analysis_status;
--> statement-breakpoint
CREATE TRIGGER analysis_jobs_counted AFTER INSERT ON analysis_jobs BEGIN
  insert into job_counts (state, camera_id, urgency, count) values (new.state, new.camera_id, new.urgency, 1)
  on conflict do update set count = count + 1;
END;
--> statement-breakpoint
CREATE TRIGGER analysis_jobs_discounted AFTER DELETE ON analysis_jobs BEGIN
  update job_counts set count = count - 1 where state = old.state and camera_id = old.camera_id and urgency = old.urgency;
END;
--> statement-breakpoint
CREATE TRIGGER analysis_jobs_recounted AFTER UPDATE OF state, camera_id, urgency ON analysis_jobs
WHEN old.state <> new.state or old.camera_id <> new.camera_id or old.urgency <> new.urgency BEGIN
  update job_counts set count = count - 1 where state = old.state and camera_id = old.camera_id and urgency = old.urgency;
  insert into job_counts (state, camera_id, urgency, count) values (new.state, new.camera_id, new.urgency, 1)
  on conflict do update set count = count + 1;
END;
--> statement-breakpoint
INSERT INTO job_counts (state, camera_id, urgency, count)
  SELECT state, camera_id, urgency, count(*) FROM analysis_jobs GROUP BY state, camera_id, urgency;
