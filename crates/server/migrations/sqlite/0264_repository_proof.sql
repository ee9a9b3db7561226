-- The value that must stand in the base branch before access is granted; none for what was asked for before this version.
ALTER TABLE project_access ADD COLUMN token TEXT;
