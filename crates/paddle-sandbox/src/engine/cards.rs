//! The test cards: what each number leads to. A number is judged and forgotten.

/// What happens when a card is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Approved,
    /// The first payment works, every renewal fails.
    ApprovedOnce,
    /// The buyer must confirm with their bank first.
    NeedsConfirmation,
    /// Refused with one of Paddle's payment error codes.
    Declined(&'static str),
}

/// Judges a card number; spaces and dashes do not matter.
pub(crate) fn judge(number: &str) -> Verdict {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "4242424242424242" => Verdict::Approved,
        "4000002760003184" => Verdict::ApprovedOnce,
        "4000003800000446" => Verdict::NeedsConfirmation,
        "4000000000000002" => Verdict::Declined("declined"),
        _ => Verdict::Declined("invalid_payment_details"),
    }
}

/// Paddle's payment error codes. An unknown one becomes `unknown`.
pub(crate) fn error_code(code: &str) -> &'static str {
    const CODES: [&str; 17] = [
        "already_canceled",
        "already_refunded",
        "authentication_failed",
        "blocked_card",
        "canceled",
        "declined",
        "declined_not_retryable",
        "expired_card",
        "fraud",
        "invalid_amount",
        "invalid_payment_details",
        "issuer_unavailable",
        "not_enough_balance",
        "psp_error",
        "redacted_payment_method",
        "system_error",
        "transaction_not_permitted",
    ];
    CODES
        .into_iter()
        .find(|known| *known == code)
        .unwrap_or("unknown")
}

/// The sentence a buyer reads about a refused payment.
pub(crate) fn sentence(code: &str) -> &'static str {
    match code {
        "declined" => "Your card was declined. Try another card.",
        "authentication_failed" => "Your bank did not confirm the payment. Try again.",
        _ => "This card number is not valid here. Use one of the test cards.",
    }
}
