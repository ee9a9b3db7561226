//! `Was this page helpful?`: anybody answers, operators read the answers and resolve them.

use super::auth::{self, SignedIn};
use super::extract::{InPath, InQuery};
use super::guides::GuidePath;
use super::mutation::Mutation;
use crate::error::ApiError;
use crate::guides;
use crate::state::AppState;
use crate::store::feedback::{self as stored, Feedback, FeedbackFilter};
use crate::store::{new_id, people};
use crate::write::Write;
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use chrono::{TimeDelta, Utc};
use domain::guide::Guide;
use domain::guide::feedback::{
    FeedbackPage, FeedbackRow, FeedbackState, GiveFeedback, GivenFeedback,
};
use domain::id::FeedbackId;
use domain::problem::ProblemCode;
use domain::role::Role;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How many answers are taken in a minute, from everybody together: more is no readers.
const MOST_A_MINUTE: i64 = 60;
/// How many answers may wait for an operator.
const MOST_OPEN: i64 = 10_000;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(give))
        .routes(routes!(list))
        .routes(routes!(resolve))
}

/// Somebody who reads, signed in or not.
pub(super) struct Reader(Option<SignedIn>);

impl FromRequestParts<AppState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        auth::who(parts, state).await.map(Self)
    }
}

/// An operator; for everybody else there is nothing here.
pub(super) struct Operator(pub(super) SignedIn);

impl FromRequestParts<AppState> for Operator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let signed = SignedIn::from_request_parts(parts, state).await?;
        if signed.runs_this_console(state) {
            Ok(Self(signed))
        } else {
            Err(ApiError::not_found())
        }
    }
}

/// Keeps an answer with page, version and role; no name and no address.
#[utoipa::path(
    post, path = "/guides/{section}/{name}/feedback",
    params(GuidePath, Mutation),
    request_body = GiveFeedback,
    responses((status = 201, body = GivenFeedback)),
    security((), ("session" = [])),
)]
pub(super) async fn give(
    State(state): State<AppState>,
    Reader(reader): Reader,
    InPath((section, name)): InPath<(String, String)>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    let guide = Guide::at(&section, &name).ok_or_else(ApiError::not_found)?;
    let body: GiveFeedback = mutation.json()?;
    if let Some((place, sentence)) = body.wrong() {
        return Err(ApiError::field(place, sentence));
    }
    let principal = reader
        .as_ref()
        .map_or("visitor", |signed| signed.id().as_str());
    let work = async |write: &mut Write| {
        let role = role_of(write, reader.as_ref(), &body).await?;
        let now = Utc::now();
        let lately = stored::since(write, now - TimeDelta::minutes(1)).await?;
        if lately >= MOST_A_MINUTE || stored::open(write).await? >= MOST_OPEN {
            let sentence = "Many answers come in just now. Wait a minute, then send yours again.";
            return Err(ApiError::later(ProblemCode::RateLimited, sentence, 60));
        }
        let given = Feedback {
            id: new_id(FeedbackId::PREFIX)?,
            guide,
            version: body.version.clone(),
            role,
            helpful: body.helpful,
            missing: body.missing().to_owned(),
            given_at: now,
            resolved: None,
        };
        stored::insert(write, &given).await?;
        Ok(GivenFeedback {
            feedback_id: given.id,
        })
    };
    mutation
        .perform(&state, principal, StatusCode::CREATED, work)
        .await
}

/// The reader's role in the account they say they stand in; a stranger to it is refused like at its other pages.
async fn role_of(
    write: &mut Write,
    reader: Option<&SignedIn>,
    body: &GiveFeedback,
) -> Result<Option<Role>, ApiError> {
    let (Some(reader), Some(account)) = (reader, &body.account_id) else {
        return Ok(None);
    };
    let role = people::role(write, reader.id(), account).await?;
    role.map(Some).ok_or_else(ApiError::not_found)
}

/// Which answers to read.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only these.
    state: Option<FeedbackState>,
    /// Only about this guide.
    guide: Option<Guide>,
    /// Only what stands after this one.
    after: Option<FeedbackId>,
}

/// The documentation review queue, newest first, 50 at a time; for operators.
#[utoipa::path(
    get, path = "/operator/guide-feedback",
    params(Which),
    responses((status = 200, body = FeedbackPage)),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    _operator: Operator,
    InQuery(which): InQuery<Which>,
) -> Result<Json<FeedbackPage>, ApiError> {
    let mut tx = state.store.reader().begin().await?;
    let filter = FeedbackFilter {
        state: which.state,
        guide: which.guide,
        after: which.after.as_ref(),
    };
    let (found, next_cursor) = stored::list(&mut tx, filter).await?;
    let open = stored::open(&mut tx).await?;
    Ok(Json(FeedbackPage {
        items: found.into_iter().map(row).collect(),
        next_cursor,
        open: u32::try_from(open).unwrap_or(u32::MAX),
    }))
}

/// Takes an answer off the queue; asked twice it stays as it is.
#[utoipa::path(
    post, path = "/operator/guide-feedback/{feedback}/resolve",
    params(("feedback" = FeedbackId, Path), Mutation),
    responses((status = 200, body = FeedbackRow)),
)]
pub(super) async fn resolve(
    State(state): State<AppState>,
    Operator(operator): Operator,
    InPath(id): InPath<FeedbackId>,
    mutation: Mutation,
) -> Result<Response, ApiError> {
    mutation.no_body()?;
    let work = async |write: &mut Write| {
        stored::resolve(write, &id, operator.name(), Utc::now()).await?;
        let found = stored::one(write, &id).await?;
        found.map(row).ok_or_else(ApiError::not_found)
    };
    mutation
        .perform(&state, operator.id().as_str(), StatusCode::OK, work)
        .await
}

fn row(kept: Feedback) -> FeedbackRow {
    let (resolved_by, resolved_at) = kept.resolved.unzip();
    FeedbackRow {
        current: kept.version == guides::version(kept.guide),
        feedback_id: kept.id,
        guide: kept.guide,
        version: kept.version,
        role: kept.role,
        helpful: kept.helpful,
        missing: kept.missing,
        given_at: kept.given_at,
        state: if resolved_at.is_some() {
            FeedbackState::Resolved
        } else {
            FeedbackState::Open
        },
        resolved_by,
        resolved_at,
    }
}
