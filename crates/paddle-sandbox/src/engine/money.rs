//! Amounts: line items, totals and fees, as strings in minor units.

use serde_json::{Value, json};

/// One thing that is being bought.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) price: Value,
    pub(crate) product: Value,
    pub(crate) quantity: i64,
    /// Cents for one; differs from the price when prorated.
    pub(crate) unit: i64,
    pub(crate) proration: Value,
}

impl Line {
    pub(crate) fn total(&self) -> i64 {
        self.unit * self.quantity
    }

    pub(crate) fn is_recurring(&self) -> bool {
        !self.price["billing_cycle"].is_null()
    }
}

/// Reads a string in minor units; zero when it is none.
pub(crate) fn cents(value: &Value) -> i64 {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

/// `14700` as `$147.00`.
pub(crate) fn dollars(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}${}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// The `items` of a transaction.
pub(crate) fn items(lines: &[Line]) -> Value {
    lines
        .iter()
        .map(|line| {
            json!({
                "price_id": line.price["id"],
                "price": line.price,
                "quantity": line.quantity,
                "proration": line.proration,
            })
        })
        .collect()
}

/// The `details` of a transaction that is not completed. There is no tax in the sandbox.
pub(crate) fn details(lines: &[Line], mut line_id: impl FnMut() -> String) -> Value {
    let total: i64 = lines.iter().map(Line::total).sum();
    let line_items: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({
                "id": line_id(),
                "price_id": line.price["id"],
                "quantity": line.quantity,
                "proration": line.proration,
                "tax_rate": "0",
                "unit_totals": plain_totals(line.unit),
                "totals": plain_totals(line.total()),
                "product": line.product,
            })
        })
        .collect();
    json!({
        "tax_rates_used": [{ "tax_rate": "0", "totals": plain_totals(total) }],
        "totals": totals(total, total, None),
        "adjusted_totals": null,
        "payout_totals": null,
        "adjusted_payout_totals": null,
        "line_items": line_items,
    })
}

/// Fills in what is only known once the money is there.
pub(crate) fn complete(details: &mut Value) {
    let total = cents(&details["totals"]["total"]);
    let fee = fee(total);
    details["totals"] = totals(total, 0, Some(fee));
    let mut payout = totals(total, 0, Some(fee));
    payout["exchange_rate"] = json!("1");
    payout["fee_rate"] = json!("0.05");
    details["payout_totals"] = payout;
}

/// Subtotal, discount, tax and total with nothing taken off.
pub(crate) fn plain_totals(total: i64) -> Value {
    let total = total.to_string();
    json!({ "subtotal": total, "discount": "0", "tax": "0", "total": total })
}

/// The totals of an adjustment that takes back `total`.
pub(crate) fn adjustment_totals(total: i64) -> Value {
    let fee = fee(total);
    json!({
        "subtotal": total.to_string(),
        "tax": "0",
        "total": total.to_string(),
        "fee": fee.to_string(),
        "retained_fee": fee.to_string(),
        "earnings": (total - fee).to_string(),
        "currency_code": "USD",
    })
}

fn totals(total: i64, balance: i64, fee: Option<i64>) -> Value {
    json!({
        "subtotal": total.to_string(),
        "discount": "0",
        "tax": "0",
        "total": total.to_string(),
        "credit": "0",
        "credit_to_balance": "0",
        "balance": balance.to_string(),
        "grand_total": total.to_string(),
        "grand_total_tax": "0",
        "fee": fee.map(|fee| fee.to_string()),
        "earnings": fee.map(|fee| (total - fee).to_string()),
        "currency_code": "USD",
    })
}

/// Five per cent and fifty cents, never more than the total.
fn fee(total: i64) -> i64 {
    (total / 20 + 50).min(total)
}

#[cfg(test)]
mod tests {
    use super::dollars;

    #[test]
    fn dollars_have_two_places() {
        assert_eq!(dollars(14_700), "$147.00");
        assert_eq!(dollars(5), "$0.05");
        assert_eq!(dollars(-250), "-$2.50");
    }
}
