//! Notices to the person who is signed in: what they have not read, and that they have.

use super::auth::SignedIn;
use super::extract::InPath;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::notices as stored;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::Utc;
use domain::id::NoticeId;
use domain::notice::NoticeList;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(read))
}

/// What happened to the accounts that the person may pay for, as far as they have not read it.
#[utoipa::path(get, path = "/notices", responses((status = 200, body = NoticeList)))]
pub(super) async fn list(
    State(state): State<AppState>,
    signed: SignedIn,
) -> Result<Json<NoticeList>, ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let items = stored::unread(&mut reader, signed.id()).await?;
    Ok(Json(NoticeList { items }))
}

/// The person has read a notice; doing it again changes nothing, and neither does one of somebody else.
#[utoipa::path(
    put, path = "/notices/{notice}/read",
    params(("notice" = NoticeId, Path)),
    responses((status = 204)),
)]
pub(super) async fn read(
    State(state): State<AppState>,
    signed: SignedIn,
    InPath(notice): InPath<NoticeId>,
) -> Result<StatusCode, ApiError> {
    let mut write = state.write().await?;
    stored::read(&mut write, signed.id(), &notice, Utc::now()).await?;
    write.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
