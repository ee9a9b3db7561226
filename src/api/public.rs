//! What anybody may read, and what readers answer.

use super::transport::{get, post};
use super::{Answer, Intent};
use domain::guide::feedback::{FeedbackPage, FeedbackRow, GiveFeedback, GivenFeedback};
use domain::guide::{Guide, GuideList, GuideView};
use domain::id::{FeedbackId, SnapshotId};
use domain::pricing::PricingView;
use domain::snapshot::{AskSnapshot, SnapshotView};

/// What is sold, for everybody.
pub async fn pricing() -> Answer<PricingView> {
    get("/pricing".into()).await
}

/// Asks for a public quick scan.
pub async fn ask_snapshot(body: AskSnapshot, intent: Intent) -> Answer<SnapshotView> {
    post("/snapshots".into(), Some(&body), Some(intent)).await
}

/// A public quick scan.
pub async fn snapshot(id: SnapshotId) -> Answer<SnapshotView> {
    get(format!("/snapshots/{id}")).await
}

/// Every guide.
pub async fn guides() -> Answer<GuideList> {
    get("/guides".into()).await
}

/// A guide.
pub async fn guide(guide: Guide) -> Answer<GuideView> {
    get("/guides/".to_owned() + guide.key()).await
}

/// Answers `Was this page helpful?`.
pub async fn give_feedback(
    guide: Guide,
    body: GiveFeedback,
    intent: Intent,
) -> Answer<GivenFeedback> {
    let path = "/guides/".to_owned() + guide.key() + "/feedback";
    post(path, Some(&body), Some(intent)).await
}

/// The documentation review queue; the query begins with `?`.
pub async fn feedback(query: String) -> Answer<FeedbackPage> {
    get("/operator/guide-feedback".to_owned() + &query).await
}

/// Takes an answer off the queue.
pub async fn resolve_feedback(id: FeedbackId, intent: Intent) -> Answer<FeedbackRow> {
    let path = format!("/operator/guide-feedback/{id}/resolve");
    post(path, None::<&()>, Some(intent)).await
}
