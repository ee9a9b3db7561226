-- When projects are looked at again, and what each look found changed.
CREATE TABLE monitoring_schedules (
  project_id TEXT PRIMARY KEY REFERENCES projects(id), frequency TEXT NOT NULL CHECK (frequency IN ('daily','weekly','monthly')),
  time_zone TEXT NOT NULL, next_at INTEGER, refused_at INTEGER, refused_why TEXT,
  CHECK ((refused_at IS NULL) = (refused_why IS NULL))) STRICT;
CREATE INDEX monitoring_schedules_due ON monitoring_schedules(next_at);
CREATE TABLE comparisons (
  scan_run_id TEXT PRIMARY KEY REFERENCES scan_runs(id), before_report_id TEXT NOT NULL REFERENCES reports(id),
  issues TEXT NOT NULL, new_count INTEGER NOT NULL, recurring_count INTEGER NOT NULL, resolved_count INTEGER NOT NULL,
  inconclusive_count INTEGER NOT NULL) STRICT;
-- Monitoring that is on already is looked at from now on, once a week.
INSERT INTO monitoring_schedules (project_id, frequency, time_zone, next_at)
  SELECT project_id, 'weekly', 'UTC', CASE state WHEN 'enabled' THEN unixepoch() * 1000000 END FROM project_services WHERE service = 'monitoring';
