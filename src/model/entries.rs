//! The entries of a ledger that a page has seen so far, without gaps and without doubles.

use domain::ledger::{Entry, LedgerPage};

/// Older entries, and what they were older than.
#[derive(Clone, Debug, PartialEq)]
pub struct Older {
    /// The cursor they were asked with.
    pub before: i64,
    /// They themselves.
    pub page: LedgerPage,
}

/// What is shown, newest first, and the cursor for what is older.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadedEntries {
    /// The entries.
    pub items: Vec<Entry>,
    /// Where older ones begin; `None` at the end.
    pub cursor: Option<i64>,
}

impl LoadedEntries {
    /// With the newest page as it is now. Entries seen before stay below it, unless a gap would lie between.
    #[must_use]
    pub fn with_fresh(self, page: LedgerPage) -> Self {
        let fresh = Self {
            items: page.items,
            cursor: page.next_cursor,
        };
        let Some(last) = fresh.items.last().map(|entry| entry.seq) else {
            return fresh;
        };
        let touches = self.items.iter().any(|entry| entry.seq >= last);
        let mut below = self
            .items
            .into_iter()
            .filter(|entry| entry.seq < last)
            .peekable();
        if !touches || fresh.cursor.is_none() || below.peek().is_none() {
            return fresh;
        }
        let mut items = fresh.items;
        items.extend(below);
        Self {
            items,
            cursor: self.cursor,
        }
    }

    /// With older entries, if they begin where these end.
    #[must_use]
    pub fn with_older(mut self, older: &Older) -> Self {
        if self.cursor == Some(older.before) {
            self.items.extend(older.page.items.iter().cloned());
            self.cursor = older.page.next_cursor;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::account::AccountRef;
    use domain::credits::{Balance, CreditType, Delta, EntryKind};
    use domain::id::AccountId;
    use domain::ledger::{Reference, ReferenceKind};

    fn entry(seq: i64) -> Entry {
        Entry {
            seq,
            kind: EntryKind::Grant,
            credit_type: CreditType::Scan,
            amount: 1,
            delta: Delta::default(),
            after: Balance::default(),
            created_at: domain::Timestamp::default(),
            reference: Reference {
                kind: ReferenceKind::Checkout,
                id: "chk_a".into(),
                label: "Top-up".into(),
                href: None,
            },
            project_id: None,
            actor: "Dana".into(),
        }
    }

    fn page(seqs: impl IntoIterator<Item = i64>, next_cursor: Option<i64>) -> LedgerPage {
        LedgerPage {
            account: AccountRef {
                id: AccountId::parse("acc_a").unwrap(),
                name: "A".into(),
            },
            items: seqs.into_iter().map(entry).collect(),
            next_cursor,
        }
    }

    fn seqs(loaded: &LoadedEntries) -> Vec<i64> {
        loaded.items.iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn older_entries_stay_when_new_ones_arrive() {
        let older = Older {
            before: 8,
            page: page([7, 6], Some(6)),
        };
        let loaded = LoadedEntries::default()
            .with_fresh(page([9, 8], Some(8)))
            .with_older(&older);
        assert_eq!(seqs(&loaded), [9, 8, 7, 6]);
        let loaded = loaded.with_fresh(page([10, 9], Some(9))).with_older(&older);
        assert_eq!(seqs(&loaded), [10, 9, 8, 7, 6]);
        assert_eq!(loaded.cursor, Some(6));
    }

    #[test]
    fn a_gap_is_never_hidden() {
        let loaded = LoadedEntries::default().with_fresh(page([5, 4], Some(4)));
        let loaded = loaded.with_fresh(page([20, 19], Some(19)));
        assert_eq!(seqs(&loaded), [20, 19]);
        assert_eq!(loaded.cursor, Some(19));
    }

    #[test]
    fn the_whole_ledger_has_no_cursor() {
        let loaded = LoadedEntries::default().with_fresh(page([2, 1], None));
        assert_eq!((seqs(&loaded), loaded.cursor), (vec![2, 1], None));
        let loaded = loaded.with_fresh(page([3, 2, 1], None));
        assert_eq!((seqs(&loaded), loaded.cursor), (vec![3, 2, 1], None));
        assert_eq!(seqs(&loaded.with_fresh(page([], None))), Vec::<i64>::new());
    }
}
