//! Telling those who pay for an account what happened to it: once for each cause, noted by a sweep and never by the work
//! itself, so that nothing waits for it.

use crate::error::ApiError;
use crate::ledger;
use crate::live::Change;
use crate::paddle::events::money_text;
use crate::state::AppState;
use crate::store::notices::{self as stored, Behind, Ending, EndingCard, Failed, NewNotice};
use crate::store::{id, moment};
use domain::Timestamp;
use domain::billing::ENDS_SOON;
use domain::id::AccountId;
use domain::link::Link;
use domain::notice::{CARD_ENDS_SOON, NoticeKind, card_sentence, credits_sentence, crossed};
use domain::plan_change::allowance;

/// Notes what happened since the last time.
///
/// # Errors
/// When our side fails; what was noted before stays.
pub async fn sweep(state: &AppState, now: Timestamp) -> Result<(), ApiError> {
    let mut reader = state.store.reader().begin().await?;
    let behind = stored::behind(&mut reader).await?;
    let ending = stored::ending(&mut reader, (now, now + ENDS_SOON)).await?;
    let failed = stored::failed(&mut reader).await?;
    let cards = stored::ending_cards(&mut reader, (now, now + CARD_ENDS_SOON)).await?;
    drop(reader);
    for account in behind {
        crossings(state, &account).await?;
    }
    for credits in ending {
        note_ending(state, &credits, now).await?;
    }
    for payment in failed {
        note_failed(state, &payment).await?;
    }
    for card in cards {
        note_ending_card(state, &card, now).await?;
    }
    Ok(())
}

/// Looks at the entries of a ledger that were not looked at, for balances that crossed a threshold.
async fn crossings(state: &AppState, of: &Behind) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    let entries = ledger::entries_after(&mut write, &of.account, of.seen).await?;
    let mut told = false;
    for entry in &entries {
        let after = entry.after.avail;
        let before = after - entry.delta.avail;
        let brings = allowance(of.package, entry.credit_type);
        let Some(kind) = crossed(before, after, brings) else {
            continue;
        };
        let new = NewNotice {
            account: &of.account,
            kind,
            cause: &format!("{}/{}", entry.credit_type, entry.seq),
            sentence: &credits_sentence(kind, entry.credit_type, after),
            href: &Link::Billing(None).href(),
            at: entry.created_at,
            until: None,
        };
        told |= stored::add(&mut write, &new).await?;
    }
    let seen = entries.last().map_or(of.seen, |entry| entry.seq);
    stored::mark(&mut write, &of.account, seen).await?;
    if told {
        write.changed(&of.account, Change::Billing);
    }
    Ok(write.commit().await?)
}

async fn note_ending(state: &AppState, of: &Ending, now: Timestamp) -> Result<(), ApiError> {
    let kind = NoticeKind::CreditsEnding;
    let new = NewNotice {
        account: &of.account,
        kind,
        cause: &format!("{}/{}", of.credit_type.key(), of.at.timestamp_micros()),
        sentence: &credits_sentence(kind, of.credit_type, of.credits),
        href: &Link::Billing(None).href(),
        at: now,
        until: Some(of.at),
    };
    tell(state, &new).await
}

async fn note_failed(state: &AppState, of: &Failed) -> Result<(), ApiError> {
    let account: AccountId = id("account", &of.account_id)?;
    let amount = money_text(&of.grand_total, &of.currency_code);
    let amount = amount.unwrap_or_else(|| "What is due".to_owned());
    let new = NewNotice {
        account: &account,
        kind: NoticeKind::PaymentFailed,
        cause: &of.id,
        sentence: &format!(
            "{amount} could not be charged for the plan. No paid work starts until it is paid."
        ),
        href: &Link::PaymentMethod.href(),
        at: moment(of.state_at)?,
        until: None,
    };
    tell(state, &new).await
}

async fn note_ending_card(
    state: &AppState,
    of: &EndingCard,
    now: Timestamp,
) -> Result<(), ApiError> {
    let account: AccountId = id("account", &of.account_id)?;
    let ends_at = moment(of.ends_at)?;
    let new = NewNotice {
        account: &account,
        kind: NoticeKind::CardEnding,
        cause: &format!("{}/{}", of.subscription_id, of.ends_at),
        sentence: &card_sentence(ends_at),
        href: &Link::PaymentMethod.href(),
        at: now,
        until: Some(ends_at),
    };
    tell(state, &new).await
}

async fn tell(state: &AppState, new: &NewNotice<'_>) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    if stored::add(&mut write, new).await? {
        write.changed(new.account, Change::Billing);
    }
    Ok(write.commit().await?)
}
