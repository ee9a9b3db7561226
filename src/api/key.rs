//! Idempotency keys: one for what a person wants to happen once, kept across reloads until the outcome is known.

use crate::dom;

/// The key of one intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    key: String,
    kept_as: Option<String>,
}

fn mint() -> String {
    let mut bytes = [0u8; 16];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    let drawn =
        crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !drawn {
        // Without it keys still differ from each other, which is all that they are for.
        for byte in &mut bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 255 on purpose"
            )]
            let random = (js_sys::Math::random() * 256.0) as u8;
            *byte = random;
        }
    }
    let digits = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(digits[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

impl Intent {
    /// A key for something that may safely happen again.
    pub fn fresh() -> Self {
        Self {
            key: mint(),
            kept_as: None,
        }
    }

    /// The key for this intent: the same one in this tab until [`Intent::settle`], also after a reload or a lost answer.
    /// The name must hold everything that makes it another intent: who pays, what for, how much.
    pub fn of(name: &str) -> Self {
        let slot = format!("intent:{name}");
        let key = dom::tab_value(&slot).unwrap_or_else(|| {
            let key = mint();
            dom::set_tab_value(&slot, &key);
            key
        });
        Self {
            key,
            kept_as: Some(slot),
        }
    }

    /// Whether this tab asked for it before and never learned the outcome.
    pub fn is_waiting(name: &str) -> bool {
        dom::tab_value(&(String::from("intent:") + name)).is_some()
    }

    /// The key to send.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The outcome is known: the next time is a new intent.
    pub fn settle(&self) {
        if let Some(slot) = &self.kept_as {
            dom::remove_tab_value(slot);
        }
    }
}
