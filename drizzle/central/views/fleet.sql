-- What a fleet's dashboard asks, made anew by every `nightjar central migrate`. Deleted events are in
-- none of it. Where the engine has no views the tables serve as well.
CREATE OR REPLACE VIEW fleet_sites AS
SELECT
  sites.site_id,
  sites.name,
  site_heartbeats.version,
  site_heartbeats.received_at AS heard_at,
  TIMESTAMPDIFF(SECOND, site_heartbeats.received_at, UTC_TIMESTAMP(3)) AS silent_s,
  site_heartbeats.lag_s,
  site_heartbeats.unsent,
  site_heartbeats.cameras_up,
  site_heartbeats.cameras_wanted,
  site_heartbeats.model,
  site_heartbeats.model_state,
  site_heartbeats.backlog,
  site_heartbeats.shed,
  site_heartbeats.is_clock_synchronised,
  -- With a collation of its own, else it has that of whoever made the view.
  (CASE
    WHEN site_heartbeats.received_at IS NULL THEN 'never heard'
    WHEN site_heartbeats.received_at < UTC_TIMESTAMP(3) - INTERVAL 300 SECOND THEN 'silent'
    WHEN site_heartbeats.lag_s > 300 THEN 'behind'
    WHEN site_heartbeats.cameras_up < site_heartbeats.cameras_wanted THEN 'camera down'
    WHEN site_heartbeats.model_state <> 'ready' THEN 'without model'
    ELSE 'well'
  END) COLLATE utf8mb4_bin AS state
FROM sites
LEFT JOIN site_heartbeats ON site_heartbeats.site_id = sites.site_id;
--> statement-breakpoint
CREATE OR REPLACE VIEW fleet_hours AS
SELECT
  site_id,
  CAST(DATE_FORMAT(started_at, '%Y-%m-%d %H:00:00') AS DATETIME) AS hour,
  COUNT(*) AS events,
  SUM(concern >= 2) AS of_concern,
  SUM(analysis_status IN ('done', 'reused')) AS described,
  SUM(analysis_status = 'skipped') AS skipped,
  SUM(analysis_status = 'failed') AS failed,
  SUM(analysis_status IN ('pending', 'running')) AS waiting
FROM motion_events
WHERE deleted_at IS NULL
GROUP BY site_id, CAST(DATE_FORMAT(started_at, '%Y-%m-%d %H:00:00') AS DATETIME);
--> statement-breakpoint
CREATE OR REPLACE VIEW fleet_undescribed AS
SELECT
  site_id, event_id, camera_id, camera_name, started_at, significance_score, motion_summary,
  analysis_status, analysis_reason
FROM motion_events
WHERE deleted_at IS NULL AND analysis_status IN ('skipped', 'failed', 'pending', 'running');
--> statement-breakpoint
CREATE OR REPLACE VIEW fleet_days AS
SELECT
  site_id,
  day,
  SUM(events) AS events,
  SUM(events_urgent) AS events_urgent,
  SUM(described + reused) AS described,
  SUM(skipped) AS skipped,
  SUM(failed) AS failed,
  SUM(downtime_s) AS downtime_s
FROM daily_summaries
GROUP BY site_id, day;
