//! A card of the catalogue in words.

use domain::catalogue::{Card, ItemKind};

/// "Automated fix credits × 6" for two packs of three, "Fix Plan".
pub fn heading(card: &Card, packs: i64) -> String {
    match card.kind {
        ItemKind::TopUp => format!(
            "{} \u{d7} {}",
            card.name,
            card.quantity.saturating_mul(packs)
        ),
        ItemKind::Plan => card.name.clone(),
    }
}
