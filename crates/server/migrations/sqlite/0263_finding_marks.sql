-- That a person marked a finding: as a false positive, or to be reviewed. Only what could become fix work is marked.
ALTER TABLE findings ADD COLUMN marked_by TEXT;
ALTER TABLE findings ADD COLUMN marked_at INTEGER;
