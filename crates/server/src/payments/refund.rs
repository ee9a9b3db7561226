//! Asking the provider for a refund. It decides; what it decides is told of as an adjustment, and only that moves credits.

use crate::error::ApiError;
use crate::keys::{Answer, Begun, Intent};
use crate::live::Change;
use crate::paddle::client::PaddleError;
use crate::state::AppState;
use crate::store::new_id;
use crate::store::refunds::{self, NewRequest, Stored};
use crate::views::transaction::Refundable;
use crate::write::Write;
use chrono::{Duration, Utc};
use domain::Timestamp;
use domain::id::{AccountId, RefundRequestId};
use domain::problem::{Problem, ProblemCode};
use domain::role::{Ability, Role};
use domain::second_plan::BY_RULE;
use domain::transaction::Money;
use domain::transaction::refund::{AskRefund, RefundReason, RequestState};

/// Who asks for a refund of which payment.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// Whose payment.
    pub account: &'a AccountId,
    /// The payment.
    pub transaction: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// Their role in the account.
    pub role: Role,
}

/// What became of asking.
#[derive(Debug)]
pub enum Asked {
    /// It is with the provider; answer under this key.
    Done,
    /// The key was answered before.
    Replay(Answer),
}

/// How long a request may be on its way before it is asked for again without anybody.
const PATIENCE: Duration = Duration::minutes(2);

/// Stores what is asked for, then hands it to the provider; a retry after a lost answer goes on with the same request.
pub async fn ask(
    state: &AppState,
    asker: Asker<'_>,
    wanted: &AskRefund,
    intent: &Intent,
) -> Result<Asked, ApiError> {
    let now = Utc::now();
    let (id, resumed) = match intent.begin(state, now).await? {
        Begun::Replay(answer) => return Ok(Asked::Replay(answer)),
        Begun::Resume(resource) => {
            let id = resource.parse();
            let id = id.map_err(|_| ApiError::internal("a key names no refund request"))?;
            (id, true)
        }
        Begun::Fresh(mut work) => match prepare(work.write(), asker, wanted, now).await {
            Ok((id, known)) => {
                let id: RefundRequestId = id;
                work.pause(&state.store, id.as_str(), now).await?;
                (id, known)
            }
            Err(error) => return Err(work.refuse(error).await?),
        },
    };
    match hand_over(state, &id, resumed).await {
        Ok(()) => Ok(Asked::Done),
        Err(error) => Err(intent.refuse(&state.store, error).await?),
    }
}

/// Checks and stores a request; answers its id, and whether it was on its way already.
async fn prepare(
    write: &mut Write,
    asker: Asker<'_>,
    wanted: &AskRefund,
    now: Timestamp,
) -> Result<(RefundRequestId, bool), ApiError> {
    let payment = Refundable::load(write, asker.account, asker.transaction).await?;
    if !asker.role.can(Ability::ManageRenewal) {
        let why = payment.unavailable(asker.role).unwrap_or_default();
        return Err(ApiError::new(ProblemCode::Forbidden, why));
    }
    let currency = payment.row.amount.currency_code.clone();
    if let Some(open) = payment.on_its_way() {
        // The same again finishes it; another has to wait for it.
        let same = open.request.reason == wanted.reason
            && open.request.amount == Money::of(wanted.amount, &currency);
        if same {
            return Ok((open.request.refund_request_id.clone(), true));
        }
    }
    if let Some(why) = payment.unavailable(asker.role) {
        return Err(ApiError::new(ProblemCode::RefundRefused, why));
    }
    payment
        .items(wanted)
        .map_err(|why| ApiError::new(ProblemCode::RefundRefused, why))?;
    let id = store(write, asker, wanted, &currency, now).await?;
    Ok((id, false))
}

async fn store(
    write: &mut Write,
    asker: Asker<'_>,
    wanted: &AskRefund,
    currency: &str,
    now: Timestamp,
) -> Result<RefundRequestId, ApiError> {
    let id: RefundRequestId = new_id(RefundRequestId::PREFIX)?;
    let new = NewRequest {
        id: &id,
        account: asker.account,
        transaction: asker.transaction,
        ask: wanted,
        currency,
        asked_by: asker.name,
    };
    refunds::insert(write, &new, now).await?;
    write.changed(asker.account, Change::Billing);
    Ok(id)
}

/// Asks for everything that remains of the payment of a second plan, once, without anybody (docs/payments.md#two-plans).
/// What a person asked for meanwhile, or the bank decides about, stands.
///
/// # Errors
/// When the provider does not take it or does not answer, which its request says, or our side fails.
pub async fn ask_by_rule(
    state: &AppState,
    account: &AccountId,
    transaction: &str,
) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    let payment = Refundable::load(&mut write, account, transaction).await?;
    if payment.was_asked_by(BY_RULE) || payment.unavailable(Role::Owner).is_some() {
        return Ok(());
    }
    let wanted = AskRefund {
        reason: RefundReason::DuplicateCharge,
        amount: payment.remaining(),
    };
    let asker = Asker {
        account,
        transaction,
        name: BY_RULE,
        role: Role::Owner,
    };
    let currency = &payment.row.amount.currency_code;
    let id = store(&mut write, asker, &wanted, currency, Utc::now()).await?;
    write.commit().await?;
    hand_over(state, &id, false).await
}

/// Makes sure that the provider has the request and that we know which adjustment it is.
async fn hand_over(state: &AppState, id: &RefundRequestId, resumed: bool) -> Result<(), ApiError> {
    let Some(paddle) = &state.paddle else {
        return Err(away());
    };
    let mut reader = state.store.reader().acquire().await?;
    let stored = refunds::load(&mut reader, id).await?;
    let stored = stored.ok_or_else(ApiError::not_found)?;
    if stored.request.state != RequestState::Asking {
        return Ok(());
    }
    let payment = Refundable::load(&mut reader, &stored.account, &stored.transaction).await?;
    drop(reader);
    // An earlier try may have reached the provider although its answer did not reach us.
    if resumed && let Some(adjustment) = find(state, &stored).await? {
        return answered(state, &stored, &adjustment).await;
    }
    let ask = AskRefund {
        reason: stored.request.reason,
        amount: stored.request.amount.minor().unwrap_or_default(),
    };
    let items = match payment.items(&ask) {
        Ok(items) => items,
        // Something came back meanwhile, so that this is no longer what it was.
        Err(why) => return Err(refused(state, &stored, &why).await?),
    };
    let whole = payment.is_whole(&items);
    let reason = ask.reason.label();
    match paddle
        .ask_refund(&stored.transaction, reason, whole, &items)
        .await
    {
        Ok(adjustment) => answered(state, &stored, &adjustment).await,
        Err(PaddleError::Refused { code, .. }) => {
            let why = format!("Paddle did not take the request ({code}). Nothing was changed.");
            Err(refused(state, &stored, &why).await?)
        }
        Err(error) => {
            tracing::warn!(%error, request = %id, "a refund could not be asked for");
            Err(away())
        }
    }
}

/// The adjustment that a request became, if the provider has one that no other request became.
async fn find(state: &AppState, stored: &Stored) -> Result<Option<String>, ApiError> {
    let Some(paddle) = &state.paddle else {
        return Ok(None);
    };
    let found = paddle.adjustments_of(&stored.transaction).await;
    let found = found.map_err(|_| away())?;
    let mut reader = state.store.reader().acquire().await?;
    for adjustment in found {
        let ours = adjustment.action == "refund"
            && adjustment.totals.total == stored.request.amount.amount
            && adjustment
                .created_at
                .is_none_or(|at| at >= stored.request.asked_at - PATIENCE);
        if ours && !refunds::is_taken(&mut reader, &adjustment.id).await? {
            return Ok(Some(adjustment.id));
        }
    }
    Ok(None)
}

async fn answered(state: &AppState, stored: &Stored, adjustment: &str) -> Result<(), ApiError> {
    let mut write = state.write().await?;
    let id = &stored.request.refund_request_id;
    if refunds::answered(&mut write, id, adjustment, Utc::now()).await? {
        write.changed(&stored.account, Change::Billing);
    }
    Ok(write.commit().await?)
}

async fn refused(state: &AppState, stored: &Stored, why: &str) -> Result<ApiError, ApiError> {
    let mut write = state.write().await?;
    let id = &stored.request.refund_request_id;
    refunds::refused(&mut write, id, why, Utc::now()).await?;
    write.changed(&stored.account, Change::Billing);
    write.commit().await?;
    Ok(ApiError::new(ProblemCode::RefundRefused, why))
}

fn away() -> ApiError {
    let mut problem = Problem::new(
        ProblemCode::ProviderUnavailable,
        "Paddle does not answer. The request is kept and is handed over as soon as Paddle answers; asking again asks for nothing twice.",
    );
    problem.retry_after_seconds = Some(5);
    ApiError::Problem(Box::new(problem))
}

/// Hands over requests whose way was cut: a lost answer, a restart.
///
/// # Errors
/// When our side fails; what the provider does not take is noted with the request.
pub async fn finish_open(state: &AppState) -> Result<(), ApiError> {
    let mut reader = state.store.reader().acquire().await?;
    let open = refunds::open_since(&mut reader, Utc::now() - PATIENCE).await?;
    drop(reader);
    for stored in open {
        match hand_over(state, &stored.request.refund_request_id, true).await {
            Ok(()) | Err(ApiError::Problem(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
