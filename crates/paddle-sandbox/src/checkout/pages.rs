//! The checkout form as HTML, in a frame or on a page of its own.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::event_data;
use crate::app::App;
use crate::engine::money::{cents, dollars};
use crate::engine::text;
use crate::page::{escape, render};

const COUNTRIES: [(&str, &str); 15] = [
    ("US", "United States"),
    ("AU", "Australia"),
    ("BR", "Brazil"),
    ("CA", "Canada"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("IN", "India"),
    ("IE", "Ireland"),
    ("IT", "Italy"),
    ("JP", "Japan"),
    ("NL", "Netherlands"),
    ("PL", "Poland"),
    ("ES", "Spain"),
    ("SE", "Sweden"),
    ("GB", "United Kingdom"),
];

/// What paddle.js tells its frame.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FrameQuery {
    transaction_id: String,
    origin: String,
    token: String,
    email: String,
    theme: String,
    custom_data: String,
}

/// What leads to the hosted page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HostedQuery {
    #[serde(rename = "_ptxn")]
    transaction_id: String,
    success_url: String,
}

/// How a form is shown.
struct View<'v> {
    id: &'v str,
    /// The page around the frame; empty on the hosted page.
    origin: &'v str,
    back: String,
    email: &'v str,
    theme: &'v str,
    custom_data: &'v str,
    token_ok: bool,
}

/// `GET /checkout/frame`.
pub(super) async fn frame(
    State(app): State<Arc<App>>,
    Query(query): Query<FrameQuery>,
) -> Response {
    let Some(origin) = checked_origin(&query.origin) else {
        let body = "<main><h1>This checkout cannot open here</h1></main>";
        return render(StatusCode::BAD_REQUEST, "Checkout", body, "'none'", "");
    };
    let view = View {
        id: &query.transaction_id,
        origin,
        back: String::new(),
        email: &query.email,
        theme: if matches!(query.theme.as_str(), "light" | "dark") {
            &query.theme
        } else {
            ""
        },
        custom_data: &query.custom_data,
        token_ok: query.token == app.config.client_token,
    };
    page(&app, &view)
}

/// `GET /checkout?_ptxn=`.
pub(super) async fn hosted(
    State(app): State<Arc<App>>,
    Query(query): Query<HostedQuery>,
) -> Response {
    let web = query.success_url.starts_with("http://") || query.success_url.starts_with("https://");
    let back = if web {
        query.success_url
    } else {
        shop(&app.config.checkout_url)
    };
    let view = View {
        id: &query.transaction_id,
        origin: "",
        back,
        email: "",
        theme: "",
        custom_data: "",
        token_ok: true,
    };
    page(&app, &view)
}

fn page(app: &App, view: &View<'_>) -> Response {
    let ancestors = if view.origin.is_empty() {
        "'none'"
    } else {
        view.origin
    };
    let state = app.state();
    let row = state.transactions.get(view.id).filter(|_| view.token_ok);
    let data = row.map(|row| event_data::of(&state, row));
    let (status, kind) = match row.map(|row| text(row, "status")) {
        Some("draft" | "ready" | "billed" | "past_due") => (StatusCode::OK, "open"),
        Some("canceled") => (StatusCode::OK, "canceled"),
        Some(_) => (StatusCode::OK, "completed"),
        None if view.token_ok => (StatusCode::NOT_FOUND, "missing"),
        None => (StatusCode::FORBIDDEN, "token"),
    };
    let mut body = format!(
        "<main id=\"checkout\" data-state=\"{kind}\" data-transaction=\"{}\" data-origin=\"{}\" \
         data-event=\"{}\" data-custom=\"{}\">\n<div class=\"top\"><h1 tabindex=\"-1\">Checkout</h1>",
        escape(view.id),
        escape(view.origin),
        escape(&data.unwrap_or_default().to_string()),
        escape(view.custom_data),
    );
    if !view.origin.is_empty() {
        body.push_str("<button type=\"button\" id=\"close\">Close checkout</button>");
    }
    body.push_str("</div>\n");
    if let Some(row) = row {
        body.push_str(&summary(row));
    }
    match (kind, row) {
        ("open", Some(row)) => {
            let known = state.customers.get(text(row, "customer_id"));
            let email = known.map_or(view.email, |known| text(known, "email"));
            body.push_str(&form(row, email));
            body.push_str(&done(view, true));
        }
        ("completed", _) => body.push_str(&done(view, false)),
        ("canceled", _) => body.push_str("<p>This transaction was canceled. Nothing was paid.</p>"),
        ("token", _) => {
            body.push_str("<p role=\"alert\">The client token of this page is wrong.</p>");
        }
        _ => body.push_str("<p role=\"alert\">This checkout does not exist.</p>"),
    }
    body.push_str("</main>\n<script src=\"/checkout/assets/checkout.js\"></script>");
    render(status, "Checkout", &body, ancestors, view.theme)
}

fn summary(row: &Value) -> String {
    let mut html = String::from(
        "<table><caption>Your order</caption><thead><tr><th scope=\"col\">Item</th>\
         <th scope=\"col\">Quantity</th><th scope=\"col\">Total</th></tr></thead><tbody>",
    );
    let items = row["items"].as_array().into_iter().flatten();
    let details = row["details"]["line_items"]
        .as_array()
        .into_iter()
        .flatten();
    for (item, detail) in items.zip(details) {
        let cycle = match item["price"]["billing_cycle"]["interval"].as_str() {
            Some(interval) => format!(" every {}", escape(interval)),
            None => String::new(),
        };
        let _ = write!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}{cycle}</td></tr>",
            escape(text(&item["price"], "name")),
            item["quantity"],
            dollars(cents(&detail["totals"]["total"])),
        );
    }
    let _ = writeln!(
        html,
        "</tbody><tfoot><tr><th scope=\"row\" colspan=\"2\">Total</th>\
         <td>{}</td></tr></tfoot></table>",
        total(row)
    );
    html
}

fn form(row: &Value, email: &str) -> String {
    let mut options = String::new();
    for (code, name) in COUNTRIES {
        let _ = write!(options, "<option value=\"{code}\">{name}</option>");
    }
    include_str!("../../assets/form.html")
        .replace("{{email}}", &escape(email))
        .replace("{{countries}}", &options)
        .replace("{{amount}}", &total(row))
}

fn done(view: &View<'_>, hidden: bool) -> String {
    let hidden = if hidden { " hidden" } else { "" };
    let back = if view.origin.is_empty() {
        format!(
            "<a class=\"button\" id=\"back\" href=\"{}\">Back to the shop</a>",
            escape(&view.back)
        )
    } else {
        "<button type=\"button\" id=\"back\">Back to the shop</button>".to_owned()
    };
    format!(
        "<section id=\"done\" aria-labelledby=\"done-title\"{hidden}>\
         <h2 id=\"done-title\" tabindex=\"-1\">Payment complete</h2>\
         <p>The shop is told by Paddle. It may take a moment to confirm.</p>{back}</section>\n"
    )
}

fn total(row: &Value) -> String {
    dollars(cents(&row["details"]["totals"]["grand_total"]))
}

/// The origin that may hold the frame. Anything that is no plain origin could smuggle more into
/// the security policy.
fn checked_origin(origin: &str) -> Option<&str> {
    let rest = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    (!rest.is_empty() && rest.bytes().all(plain)).then_some(origin)
}

/// The front page of the shop that the default payment link belongs to.
fn shop(checkout_url: &str) -> String {
    let parts: Vec<&str> = checkout_url.splitn(4, '/').collect();
    format!("{}/", parts[..parts.len().min(3)].join("/"))
}
