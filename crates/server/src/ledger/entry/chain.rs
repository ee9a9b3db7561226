//! The hash chain: what of an entry its hash covers, and the hash itself.

use sha2::{Digest, Sha256};
use sqlx::Row;

/// The part of an entry that its hash covers.
pub(in crate::ledger) struct Chained<'a> {
    pub(in crate::ledger) account: &'a str,
    pub(in crate::ledger) seq: i64,
    pub(in crate::ledger) credit_type: &'a str,
    pub(in crate::ledger) kind: &'a str,
    pub(in crate::ledger) amount: i64,
    pub(in crate::ledger) figures: [i64; 6],
    pub(in crate::ledger) cause: &'a str,
    pub(in crate::ledger) cause_ref: &'a str,
    pub(in crate::ledger) at: i64,
    /// Entries of the first version were chained without it.
    pub(in crate::ledger) about: Option<About<'a>>,
}

/// What an entry is about and who caused it.
pub(in crate::ledger) struct About<'a> {
    pub(in crate::ledger) lot: Option<&'a str>,
    pub(in crate::ledger) hold: Option<&'a str>,
    pub(in crate::ledger) project: Option<&'a str>,
    pub(in crate::ledger) actor: &'a str,
}

/// What the hash of an entry begins with that covers all of it.
const WHOLE: &str = "2:";

impl Chained<'_> {
    /// SHA-256 over the previous hash and the entry's own values: a changed row breaks the chain behind it.
    pub(in crate::ledger) fn hash(&self, prev_hash: &str) -> String {
        let figures = self.figures.map(|figure| figure.to_string()).join(",");
        let text = [
            prev_hash,
            self.account,
            &self.seq.to_string(),
            self.credit_type,
            self.kind,
            &self.amount.to_string(),
            &figures,
            self.cause,
            self.cause_ref,
            &self.at.to_string(),
        ]
        .join("\n");
        let mut digest = Sha256::new();
        digest.update(text.as_bytes());
        let Some(about) = &self.about else {
            return hex::encode(digest.finalize());
        };
        for id in [about.lot, about.hold, about.project] {
            digest.update(format!("\n{}", id.unwrap_or_default()));
        }
        digest.update(format!("\n{}", about.actor));
        format!("{WHOLE}{}", hex::encode(digest.finalize()))
    }

    /// The chained part of a stored row.
    pub(in crate::ledger) fn stored_hash(row: &sqlx::any::AnyRow) -> Result<String, sqlx::Error> {
        let text = |column: &str| row.try_get::<String, _>(column);
        let (account, credit_type, kind) =
            (text("account_id")?, text("credit_type")?, text("kind")?);
        let (cause, cause_ref, prev) = (text("cause")?, text("cause_ref")?, text("prev_hash")?);
        let columns = [
            "d_avail",
            "d_res",
            "d_spent",
            "avail_after",
            "res_after",
            "spent_after",
        ];
        let mut figures = [0i64; 6];
        for (figure, column) in figures.iter_mut().zip(columns) {
            *figure = row.try_get(column)?;
        }
        let maybe = |column: &str| row.try_get::<Option<String>, _>(column);
        let (lot, hold, project) = (maybe("lot_id")?, maybe("hold_id")?, maybe("project_id")?);
        let actor = text("actor")?;
        let whole = text("hash")?.starts_with(WHOLE);
        let chained = Chained {
            account: &account,
            seq: row.try_get("seq")?,
            credit_type: &credit_type,
            kind: &kind,
            amount: row.try_get("amount")?,
            figures,
            cause: &cause,
            cause_ref: &cause_ref,
            at: row.try_get("created_at")?,
            about: whole.then_some(About {
                lot: lot.as_deref(),
                hold: hold.as_deref(),
                project: project.as_deref(),
                actor: &actor,
            }),
        };
        Ok(chained.hash(&prev))
    }
}
