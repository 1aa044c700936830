-- The centre, in what MySQL 8 and 9, MariaDB, TiDB and Vitess have in common: no foreign keys, no
-- auto-increment, no second unique key, no triggers, no JSON type. The site comes first in every key,
-- so that the rows of one box lie together and those of many boxes apart. Names compare letter by
-- letter, words as people search them.
CREATE TABLE schema_meta (
  id TINYINT NOT NULL,
  version INT UNSIGNED NOT NULL,
  min_client INT UNSIGNED NOT NULL,
  epoch CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  migrated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE sites (
  site_id VARCHAR(64) NOT NULL,
  name VARCHAR(128) NOT NULL,
  nonce CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  claims INT UNSIGNED NOT NULL,
  registered_at DATETIME(3) NOT NULL,
  PRIMARY KEY (site_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE motion_events (
  site_id VARCHAR(64) NOT NULL,
  event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  camera_id VARCHAR(64) NOT NULL,
  camera_name VARCHAR(128) NULL,
  started_at DATETIME(3) NOT NULL,
  ended_at DATETIME(3) NULL,
  peak_at DATETIME(3) NULL,
  significance_score DOUBLE NULL,
  confidence DOUBLE NULL,
  motion_summary VARCHAR(512) COLLATE utf8mb4_general_ci NULL,
  analysis_status VARCHAR(16) NULL,
  analysis_reason VARCHAR(512) NULL,
  title VARCHAR(512) COLLATE utf8mb4_general_ci NULL,
  description VARCHAR(4096) COLLATE utf8mb4_general_ci NULL,
  objects VARCHAR(2048) NULL,
  people INT UNSIGNED NULL,
  vehicles INT UNSIGNED NULL,
  activity VARCHAR(512) COLLATE utf8mb4_general_ci NULL,
  concern TINYINT UNSIGNED NULL,
  ai_confidence DOUBLE NULL,
  model VARCHAR(128) NULL,
  model_digest VARCHAR(128) NULL,
  prompt_version INT UNSIGNED NULL,
  reused_from CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  processing_ms INT UNSIGNED NULL,
  described_at DATETIME(3) NULL,
  is_cut TINYINT NOT NULL DEFAULT 0,
  deleted_at DATETIME(3) NULL,
  sent_at DATETIME(3) NOT NULL,
  received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  revision INT UNSIGNED NOT NULL,
  PRIMARY KEY (site_id, event_id),
  KEY motion_events_by_time (site_id, started_at)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE daily_summaries (
  site_id VARCHAR(64) NOT NULL,
  camera_id VARCHAR(64) NOT NULL,
  day DATE NOT NULL,
  camera_name VARCHAR(128) NOT NULL,
  events INT UNSIGNED NOT NULL,
  events_urgent INT UNSIGNED NOT NULL,
  events_ordinary INT UNSIGNED NOT NULL,
  events_low INT UNSIGNED NOT NULL,
  events_concern_0 INT UNSIGNED NOT NULL,
  events_concern_1 INT UNSIGNED NOT NULL,
  events_concern_2 INT UNSIGNED NOT NULL,
  events_concern_3 INT UNSIGNED NOT NULL,
  described INT UNSIGNED NOT NULL,
  reused INT UNSIGNED NOT NULL,
  skipped INT UNSIGNED NOT NULL,
  failed INT UNSIGNED NOT NULL,
  top_objects VARCHAR(1024) NOT NULL,
  first_event_at DATETIME(3) NULL,
  last_event_at DATETIME(3) NULL,
  downtime_s INT UNSIGNED NOT NULL,
  sentence VARCHAR(1024) NOT NULL,
  received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  revision INT UNSIGNED NOT NULL,
  PRIMARY KEY (site_id, camera_id, day),
  KEY daily_summaries_by_day (site_id, day)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
--> statement-breakpoint
CREATE TABLE site_heartbeats (
  site_id VARCHAR(64) NOT NULL,
  version VARCHAR(32) NOT NULL,
  sent_at DATETIME(3) NOT NULL,
  received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  is_clock_synchronised TINYINT NULL,
  cameras_up INT UNSIGNED NOT NULL,
  cameras_wanted INT UNSIGNED NOT NULL,
  model VARCHAR(128) NOT NULL,
  model_state VARCHAR(64) NOT NULL,
  backlog INT UNSIGNED NOT NULL,
  shed INT UNSIGNED NOT NULL,
  unsent INT UNSIGNED NOT NULL,
  lag_s INT UNSIGNED NOT NULL,
  beat BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (site_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
