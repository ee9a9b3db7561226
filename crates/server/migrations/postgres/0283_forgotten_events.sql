-- What is forgotten of events that were processed is found without looking at all of them.
CREATE INDEX paddle_events_ignored ON paddle_events (processed_at) WHERE status = 'ignored';
CREATE INDEX paddle_events_with_text ON paddle_events (processed_at) WHERE status = 'done' AND body <> '{}';
