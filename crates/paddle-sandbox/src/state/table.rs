//! One kind of entity: JSON objects in order of birth, found by id.

use std::collections::HashMap;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// Rows in order of birth with an index by id.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<Value>")]
pub(crate) struct Table {
    rows: Vec<Value>,
    places: HashMap<String, usize>,
}

impl Table {
    pub(crate) fn push(&mut self, row: Value) {
        let id = id_of(&row).to_owned();
        self.places.insert(id, self.rows.len());
        self.rows.push(row);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.places.get(id).map(|place| &self.rows[*place])
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Value> {
        self.places.get(id).map(|place| &mut self.rows[*place])
    }

    pub(crate) fn rows(&self) -> &[Value] {
        &self.rows
    }
}

/// The id of a row; events carry it as `event_id`.
pub(crate) fn id_of(row: &Value) -> &str {
    row["id"]
        .as_str()
        .or_else(|| row["event_id"].as_str())
        .unwrap_or_default()
}

impl From<Vec<Value>> for Table {
    fn from(rows: Vec<Value>) -> Self {
        let places = rows
            .iter()
            .enumerate()
            .map(|(at, row)| (id_of(row).to_owned(), at))
            .collect();
        Self { rows, places }
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}
