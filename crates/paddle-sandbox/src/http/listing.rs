//! Lists: filters, order and cursor pages.

use std::cmp::Ordering;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::envelope::meta;
use crate::clock;
use crate::engine::Refusal;
use crate::state::table::id_of;

/// The query of a list, as it came.
pub(crate) type Query = Vec<(String, String)>;

/// What a list understands.
pub(crate) struct Listing<'l> {
    pub(crate) path: &'l str,
    /// Fields that a comma-separated list of values may filter.
    pub(crate) filters: &'l [&'l str],
    /// Fields that hold times and may be compared.
    pub(crate) times: &'l [&'l str],
    /// Newest first unless asked otherwise.
    pub(crate) newest_first: bool,
    pub(crate) per_page: usize,
    pub(crate) most: usize,
}

impl Listing<'_> {
    /// One page of the rows, each shown by `show`.
    pub(crate) fn page(
        &self,
        public_url: &str,
        rows: &[Value],
        query: &Query,
        show: impl Fn(&Value) -> Value,
    ) -> Result<Response, Refusal> {
        let (field, descending) = self.order(query)?;
        let mut found = Vec::new();
        for row in rows {
            if self.matches(row, query)? {
                found.push(row);
            }
        }
        let compare = |one: &Value, other: &Value| {
            let order = key(one, &field).cmp(&key(other, &field));
            if descending { order.reverse() } else { order }
        };
        found.sort_by(|one, other| compare(one, other));
        let all = found.len();
        if let Some(after) = value(query, "after") {
            let last = rows.iter().find(|row| id_of(row) == after);
            let last = last.ok_or_else(|| Refusal::field("after", "is not a known cursor"))?;
            found.retain(|row| compare(row, last) == Ordering::Greater);
        }
        let size = self.size(query)?;
        let page = &found[..found.len().min(size)];
        let cursor = page
            .last()
            .map(|row| id_of(row))
            .or_else(|| value(query, "after"));
        let mut meta = meta();
        meta["pagination"] = json!({
            "per_page": size,
            "next": self.next(public_url, query, cursor),
            "has_more": found.len() > size,
            "estimated_total": all,
        });
        let data: Vec<Value> = page.iter().map(|row| show(row)).collect();
        Ok(Json(json!({ "data": data, "meta": meta })).into_response())
    }

    fn order(&self, query: &Query) -> Result<(String, bool), Refusal> {
        let Some(order) = value(query, "order_by") else {
            return Ok(("id".into(), self.newest_first));
        };
        let (field, direction) = order
            .strip_suffix(']')
            .and_then(|order| order.split_once('['))
            .unwrap_or((order, "ASC"));
        let known = field == "id" || self.times.contains(&field);
        match (known, direction.to_ascii_uppercase().as_str()) {
            (true, "ASC") => Ok((field.to_owned(), false)),
            (true, "DESC") => Ok((field.to_owned(), true)),
            _ => Err(Refusal::field("order_by", "is not a supported order")),
        }
    }

    fn size(&self, query: &Query) -> Result<usize, Refusal> {
        match value(query, "per_page") {
            None => Ok(self.per_page),
            Some(text) => match text.parse::<usize>() {
                Ok(size) if size > 0 => Ok(size.min(self.most)),
                _ => Err(Refusal::field("per_page", "must be a number above 0")),
            },
        }
    }

    fn matches(&self, row: &Value, query: &Query) -> Result<bool, Refusal> {
        for field in self.filters {
            let mut wanted = query
                .iter()
                .filter(|(name, _)| name.strip_suffix("[]").unwrap_or(name) == *field)
                .flat_map(|(_, list)| list.split(','))
                .peekable();
            let held = if *field == "id" {
                Some(id_of(row))
            } else {
                row[*field].as_str()
            };
            if wanted.peek().is_some() && !wanted.any(|one| held.unwrap_or("null") == one) {
                return Ok(false);
            }
        }
        for field in self.times {
            for (name, text) in query {
                let Some(operator) = name.strip_prefix(field) else {
                    continue;
                };
                let limit = clock::parse(text).ok_or_else(|| {
                    let detail = "Time query parameters must be RFC 3339 datetime strings.";
                    Refusal::new(400, "invalid_time_query_parameter", detail)
                })?;
                let held = row[*field].as_str().and_then(clock::parse);
                if !held.is_some_and(|held| holds(operator, held.cmp(&limit))) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn next(&self, public_url: &str, query: &Query, cursor: Option<&str>) -> String {
        let mut parts = vec![format!("after={}", cursor.unwrap_or_default())];
        for (name, value) in query.iter().filter(|(name, _)| name != "after") {
            parts.push(format!("{}={}", escape(name), escape(value)));
        }
        format!("{public_url}{}?{}", self.path, parts.join("&"))
    }
}

/// The first value of a query parameter.
pub(crate) fn value<'q>(query: &'q Query, name: &str) -> Option<&'q str> {
    query
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

fn key<'r>(row: &'r Value, field: &str) -> (&'r str, &'r str) {
    let id = id_of(row);
    (
        if field == "id" {
            id
        } else {
            row[field].as_str().unwrap_or_default()
        },
        id,
    )
}

fn holds(operator: &str, order: Ordering) -> bool {
    match operator {
        "[GTE]" => order.is_ge(),
        "[GT]" => order.is_gt(),
        "[LTE]" => order.is_le(),
        "[LT]" => order.is_lt(),
        _ => order.is_eq(),
    }
}

/// Percent-encodes what may not stand in a query as it is.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~,".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&hex::encode_upper([byte]));
        }
    }
    out
}
