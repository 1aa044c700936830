-- Small pictures of events, from boxes that were asked to send them. Without a row, or with none in
-- it, there is no picture: of what is deleted only the names are left.
CREATE TABLE event_thumbnails (
  site_id VARCHAR(64) NOT NULL,
  event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  camera_id VARCHAR(64) NOT NULL,
  jpeg BLOB NULL,
  received_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  revision INT UNSIGNED NOT NULL,
  PRIMARY KEY (site_id, event_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
