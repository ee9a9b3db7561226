//! The WebRiskOps console: the browser app.
