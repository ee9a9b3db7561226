//! Writing: a transaction together with what open pages hear of once it is committed.

use crate::live::{Change, Live};
use crate::store::{Tx, announce};
use domain::id::AccountId;
use std::ops::{Deref, DerefMut};

/// A write transaction that collects the changes it makes; nobody hears of one that is rolled back.
///
/// It reads and writes like the transaction inside it, so that store and ledger take it as their connection.
#[derive(Debug)]
pub struct Write {
    tx: Tx,
    live: Live,
    changes: Vec<(AccountId, Change)>,
    /// How many of the changes stay when the rest is undone.
    kept: usize,
}

impl Write {
    /// Puts a transaction that has begun together with the pages that hear of it.
    pub const fn new(tx: Tx, live: Live) -> Self {
        Self {
            tx,
            live,
            changes: Vec::new(),
            kept: 0,
        }
    }

    /// Notes a change that open pages hear of after the commit.
    pub fn changed(&mut self, account: &AccountId, change: Change) {
        self.changes.push((account.clone(), change));
    }

    /// Marks the place up to which [`Self::undo`] takes things back.
    pub async fn mark(&mut self) -> Result<(), sqlx::Error> {
        self.kept = self.changes.len();
        crate::store::mark(&mut self.tx).await
    }

    /// Takes back everything since the newest mark.
    pub async fn undo(&mut self) -> Result<(), sqlx::Error> {
        self.changes.truncate(self.kept);
        crate::store::back_to_mark(&mut self.tx).await
    }

    /// Keeps what was written, then tells the open pages.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        for (account, change) in &self.changes {
            announce(&mut self.tx, &self.live.in_words(account, change)).await?;
        }
        self.tx.commit().await?;
        for (account, change) in self.changes {
            self.live.tell(account, change);
        }
        Ok(())
    }

    /// Takes everything back.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.tx.rollback().await
    }
}

impl Deref for Write {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}
