//! The products and prices on sale, read from `prices.json`.

use serde::Deserialize;
use serde_json::Value;

/// Products and prices, as the API shows them.
#[derive(Debug, Deserialize)]
pub(crate) struct Catalogue {
    pub(crate) products: Vec<Value>,
    pub(crate) prices: Vec<Value>,
}

impl Catalogue {
    pub(crate) fn load() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("../prices.json"))
    }

    pub(crate) fn price(&self, id: &str) -> Option<&Value> {
        self.prices.iter().find(|price| price["id"] == id)
    }

    pub(crate) fn product(&self, id: &str) -> Option<&Value> {
        self.products.iter().find(|product| product["id"] == id)
    }
}
