//! What is sold, for everybody.

use crate::state::AppState;
use axum::Json;
use domain::pricing::{PricingView, pricing};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show))
}

/// Plans and top-ups with their usual prices. What an account can buy now, and at which price, its billing says.
#[utoipa::path(
    get, path = "/pricing",
    responses((status = 200, body = PricingView)),
    security(()),
)]
pub(super) async fn show() -> Json<PricingView> {
    Json(pricing())
}
