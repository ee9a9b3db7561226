//! The files of what is shown.

use super::filters::Shown;
use domain::id::AccountId;
use leptos::prelude::*;

/// Links to both files; they hold all pages of what the filters leave.
pub(super) fn links(account: &AccountId, shown: &Shown) -> impl Fn() -> AnyView + Send + 'static {
    let of = |ending: &str| {
        format!(
            "/api/v1/accounts/{account}/transactions.{ending}{}",
            shown.file_query()
        )
    };
    let (csv, json) = (of("csv"), of("json"));
    move || {
        let (csv, json) = (csv.clone(), json.clone());
        // The router must leave them alone: they are files, not pages.
        view! { <span class="actions"><a href=csv rel="external" download>"Download CSV"</a> <a href=json rel="external" download>"Download JSON"</a></span> }
            .into_any()
    }
}
