-- What readers of guides answer; nobody's name or address.
CREATE TABLE guide_feedback (
  id TEXT PRIMARY KEY, guide TEXT NOT NULL, version TEXT NOT NULL CHECK (length(version) = 12),
  role TEXT, helpful INTEGER NOT NULL CHECK (helpful IN (0, 1)), missing TEXT NOT NULL CHECK (length(missing) <= 1000),
  given_at INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'resolved')), resolved_by TEXT, resolved_at INTEGER,
  CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))) STRICT;
CREATE INDEX guide_feedback_newest ON guide_feedback (given_at DESC, id DESC);
