CREATE TABLE `added_cameras` (
	`id` text PRIMARY KEY NOT NULL,
	`settings` text NOT NULL,
	`sealed_addresses` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "added_cameras_settings_json" CHECK(json_valid(settings))
);
