//! Opening a checkout: the session first, then the provider's transaction, then both tied together.

use super::{load, provider_away};
use crate::error::ApiError;
use crate::keys::{Answer, Begun, Intent};
use crate::live::Change;
use crate::paddle::client::PaddleError;
use crate::state::AppState;
use crate::store::checkouts::{self, Checkout, NewCheckout};
use crate::store::{new_id, prices};
use crate::views::billing::card_for;
use crate::write::Write;
use chrono::Utc;
use domain::catalogue::{CardState, catalogue};
use domain::checkout::{CheckoutState, OpenCheckout};
use domain::id::{AccountId, CheckoutId, UserId};
use domain::problem::{FieldError, Problem, ProblemCode};
use domain::role::Role;

/// Who wants to buy for which account.
#[derive(Clone, Copy, Debug)]
pub struct Buyer<'a> {
    /// The account that gets what is bought.
    pub account: &'a AccountId,
    /// The person.
    pub user: &'a UserId,
    /// Their role in the account.
    pub role: Role,
}

/// What became of a request to open a checkout.
#[derive(Debug)]
pub enum Opened {
    /// The session is stored and known to the provider; answer with it under this key.
    Ready(CheckoutId),
    /// The key was answered before.
    Replay(Answer),
}

/// Opens a checkout: stores the session, makes the provider's transaction, ties them together.
///
/// The key holds the session's id from the first step on, so that a retry after a lost answer goes on with the same
/// session and finds the transaction that may already exist; it never makes a second purchase.
pub async fn open(
    state: &AppState,
    buyer: Buyer<'_>,
    order: &OpenCheckout,
    intent: &Intent,
) -> Result<Opened, ApiError> {
    let (id, resumed) = match prepare(state, buyer, order, intent).await? {
        Prepared::Replay(answer) => return Ok(Opened::Replay(answer)),
        Prepared::Session { id, resumed } => (id, resumed),
    };
    match connect(state, buyer.account, &id, resumed).await {
        Ok(()) => Ok(Opened::Ready(id)),
        Err(error) => Err(intent.refuse(&state.store, error).await?),
    }
}

enum Prepared {
    Session {
        id: CheckoutId,
        /// An earlier try with this key stored it.
        resumed: bool,
    },
    Replay(Answer),
}

async fn prepare(
    state: &AppState,
    buyer: Buyer<'_>,
    order: &OpenCheckout,
    intent: &Intent,
) -> Result<Prepared, ApiError> {
    let now = Utc::now();
    let mut work = match intent.begin(state, now).await? {
        Begun::Replay(answer) => return Ok(Prepared::Replay(answer)),
        Begun::Resume(resource) => {
            let id = resource
                .parse()
                .map_err(|_| ApiError::internal("a key names no checkout"))?;
            return Ok(Prepared::Session { id, resumed: true });
        }
        Begun::Fresh(work) => work,
    };
    match insert(state, work.write(), buyer, order).await {
        Ok(id) => {
            work.pause(&state.store, id.as_str(), now).await?;
            Ok(Prepared::Session { id, resumed: false })
        }
        Err(error) => Err(work.refuse(error).await?),
    }
}

async fn insert(
    state: &AppState,
    write: &mut Write,
    buyer: Buyer<'_>,
    order: &OpenCheckout,
) -> Result<CheckoutId, ApiError> {
    let now = Utc::now();
    let item = catalogue()
        .item(&order.item_key)
        .ok_or_else(|| invalid("/item_key", "is no item of the catalogue"))?;
    if !(1..=item.most_units()).contains(&order.quantity) {
        let detail = match item.most_units() {
            1 => "must be 1: an account has a plan once".to_owned(),
            most => format!("must be 1 to {most}"),
        };
        return Err(invalid("/quantity", &detail));
    }
    let account = crate::facts::account(write, buyer.account).await?;
    let card = card_for(write, &account, buyer.role, item, order.origin.as_ref()).await?;
    if card.checkout_route.is_none() {
        let code = if card.checkout_state == CardState::Available {
            ProblemCode::Forbidden
        } else {
            ProblemCode::ItemUnavailable
        };
        return Err(ApiError::new(
            code,
            card.disabled_reason.unwrap_or_else(|| {
                "This account has a plan. Change it in the Plan ladder; a second subscription is never started.".to_owned()
            }),
        ));
    }
    let price = prices::of_item(write, &item.key, account.buyer()).await?;
    let price = price.ok_or_else(|| ApiError::internal("an available item without a price"))?;
    let id: CheckoutId = new_id(CheckoutId::PREFIX)?;
    let first_poll =
        chrono::Duration::from_std(state.config.first_poll).unwrap_or(chrono::Duration::minutes(2));
    let new = NewCheckout {
        id: &id,
        account: buyer.account,
        user: buyer.user,
        item,
        price_id: &price,
        quantity: order.quantity,
        origin: order.origin.as_ref(),
        next_poll_at: now + first_poll,
    };
    checkouts::insert(write, &new, now).await?;
    let change = Change::Checkout(id.clone(), CheckoutState::Created);
    write.changed(buyer.account, change);
    Ok(id)
}

fn invalid(pointer: &str, detail: &str) -> ApiError {
    let mut problem = Problem::new(
        ProblemCode::ValidationFailed,
        format!("{pointer} {detail}."),
    );
    problem.errors.push(FieldError {
        pointer: pointer.to_owned(),
        detail: detail.to_owned(),
    });
    ApiError::Problem(Box::new(problem))
}

/// Makes sure that the provider has a transaction for the session and that both know each other.
async fn connect(
    state: &AppState,
    account: &AccountId,
    id: &CheckoutId,
    resumed: bool,
) -> Result<(), ApiError> {
    let Some(paddle) = &state.paddle else {
        return Err(ApiError::internal("no provider"));
    };
    let checkout = load(state, account, id).await?;
    if checkout.transaction_id.is_some() || checkout.state != CheckoutState::Created {
        return Ok(());
    }
    // An earlier try may have reached the provider although its answer did not reach us.
    let known = if resumed {
        paddle
            .find_by_checkout(id)
            .await
            .map_err(|e| provider_away(&e))?
    } else {
        None
    };
    let transaction = match known {
        Some(transaction) => transaction,
        None => match paddle
            .create_transaction(&checkout.price_id, checkout.quantity, id)
            .await
        {
            Ok(transaction) => transaction,
            Err(error @ PaddleError::Refused { .. }) => {
                return Err(refused(state, &checkout, &error).await?);
            }
            Err(error) => return Err(provider_away(&error)),
        },
    };
    let total = transaction.total_text();
    let mut tx = state.store.begin().await?;
    let tied =
        checkouts::attach(&mut tx, id, &transaction.id, total.as_deref(), Utc::now()).await?;
    tx.commit().await?;
    if !tied {
        // Somebody was faster, so that this one is nobody's. It is not shown to anyone; all the same it should not stay.
        tracing::warn!(checkout = %id, transaction = %transaction.id, "a second transaction was made and is cancelled");
        if let Err(error) = paddle.cancel_transaction(&transaction.id).await {
            tracing::warn!(transaction = %transaction.id, %error, "it could not be cancelled");
        }
    }
    Ok(())
}

/// The provider will not sell this: the session ends, so that it is in nobody's way, and prices are read again.
async fn refused(
    state: &AppState,
    checkout: &Checkout,
    error: &PaddleError,
) -> Result<ApiError, ApiError> {
    tracing::error!(checkout = %checkout.id, price = %checkout.price_id, %error, "provider refused to make a transaction");
    let detail = "Paddle does not accept this purchase. Nothing was charged, and the checkout is closed. Its prices are being read again; try again in a minute, with a new checkout.";
    let now = Utc::now();
    let mut write = state.write().await?;
    if checkouts::advance(&mut write, &checkout.id, CheckoutState::Failed, now).await? {
        checkouts::note_failure(&mut write, &checkout.id, detail, now).await?;
        let change = Change::Checkout(checkout.id.clone(), CheckoutState::Failed);
        write.changed(&checkout.account, change);
    }
    write.commit().await?;
    state.prices_wrong.notify_one();
    Ok(ApiError::new(ProblemCode::ItemUnavailable, detail))
}
