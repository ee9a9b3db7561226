//! The plan ladder and the top-ups as one account can buy them.

use crate::error::ApiError;
use crate::facts::project_need;
use crate::store::accounts::{self, Account};
use crate::store::checkouts::{self, Checkout};
use crate::store::prices;
use crate::store::projects::{self, Project};
use crate::store::reports;
use crate::store::subscriptions::{self, Subscription};
use crate::views::plan_change;
use chrono::Utc;
use domain::account::PackageKey;
use domain::billing::CreditSources;
use domain::catalogue::{
    Card, CardFacts, CardState, Item, Unfinished, card_state, catalogue, instead_of,
};
use domain::credits::{CreditBalances, CreditType, amount_text};
use domain::gate::Action;
use domain::id::AccountId;
use domain::link::{Link, Origin, Place};
use domain::plan_change::{PlanWish, Standing, allowance, refusal};
use domain::role::{Ability, Role};
use sqlx::AnyConnection;

/// What the cards of an account depend on.
pub(super) struct CardContext<'a> {
    pub(super) account: &'a Account,
    pub(super) subscription: &'a Subscription,
    pub(super) unfinished: &'a [Checkout],
    pub(super) role: Role,
    pub(super) sources: CreditSources,
    pub(super) balances: CreditBalances,
    pub(super) standing: Standing,
    /// The project whose scan led here.
    pub(super) project: Option<(Project, Action)>,
    /// What could use bought credits now.
    pub(super) usable: Usable,
}

/// The project whose work led to Billing, when this account pays for it: it decides which plans fit (S3-25).
pub(super) async fn project_of(
    conn: &mut AnyConnection,
    account: &AccountId,
    origin: Option<&Origin>,
) -> Result<Option<(Project, Action)>, ApiError> {
    let Some(Origin { from, place, .. }) = origin else {
        return Ok(None);
    };
    let id = match place {
        Place::Project(id) => Some(id.clone()),
        Place::Report(id) => reports::load(conn, id).await?.map(|report| report.project),
        Place::FixTask(id) => reports::load_task(conn, id).await?.map(|task| task.project),
    };
    let Some(id) = id else { return Ok(None) };
    let project = projects::load(conn, &id).await?;
    Ok(project
        .filter(|project| project.payer == *account)
        .map(|project| (project, *from)))
}

/// Whether there is work that bought credits could start now (S0-4).
pub(super) struct Usable {
    /// Projects that are ready for a scan.
    projects: i64,
    /// Findings that can become fix work.
    findings: i64,
}

/// What an account pays for and could use credits now.
pub(super) async fn usable(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Usable, ApiError> {
    Ok(Usable {
        projects: projects::ready_for_scan(conn, account).await?,
        findings: reports::eligible_of_payer(conn, account).await?,
    })
}

/// One card as this account and role can buy it now; the server asks it again when a checkout is opened.
pub async fn card_for(
    conn: &mut AnyConnection,
    account: &Account,
    role: Role,
    item: &Item,
    origin: Option<&Origin>,
) -> Result<Card, ApiError> {
    let id = &account.account.id;
    let subscription = subscriptions::of_account(conn, id).await?;
    let context = CardContext {
        account,
        standing: plan_change::standing(conn, account, &subscription, Utc::now())
            .await?
            .0,
        subscription: &subscription,
        unfinished: &checkouts::unfinished(conn, id).await?,
        role,
        sources: accounts::sources(conn, id).await?,
        balances: accounts::balances(conn, id).await?,
        project: project_of(conn, id, origin).await?,
        usable: usable(conn, id).await?,
    };
    let cards = context.cards(conn).await?;
    cards
        .into_iter()
        .find(|card| card.item_key == item.key)
        .ok_or_else(ApiError::not_found)
}

impl CardContext<'_> {
    /// All cards, plans in ladder order.
    pub(super) async fn cards(&self, conn: &mut AnyConnection) -> Result<Vec<Card>, ApiError> {
        let mut cards = Vec::with_capacity(catalogue().items.len());
        for item in &catalogue().items {
            let buyer = self.account.buyer();
            let has_price = prices::of_item(conn, &item.key, buyer).await?.is_some();
            let mut card = self.card(item, has_price);
            let trial = prices::trial(conn, &item.key, buyer).await?;
            if let Some(trial) = trial.filter(|_| card.checkout_state == CardState::Available) {
                card.note = Some(trial.offer(&item.price_label));
            }
            cards.push(card);
        }
        let buyable: Vec<PackageKey> = cards
            .iter()
            .filter(|card| {
                matches!(
                    card.checkout_state,
                    CardState::Available | CardState::PlanChange
                )
            })
            .filter_map(|card| card.package_key)
            .collect();
        for card in cards
            .iter_mut()
            .filter(|card| card.checkout_state == CardState::Deferred)
        {
            let choice = card.package_key.and_then(|plan| instead_of(plan, &buyable));
            // S3-24: the reason names a plan that can be bought, or says that none can.
            let more = match choice {
                Some(plan) => format!("Choose {} instead.", plan.label()),
                None => format!(
                    "No other plan can be bought here now; {} stays.",
                    self.account.package_key.label()
                ),
            };
            card.suggested_package_key = choice;
            card.disabled_reason = card
                .disabled_reason
                .take()
                .map(|reason| format!("{reason} {more}"));
        }
        Ok(cards)
    }

    /// The unfinished checkout that an item waits for: its own, else one for another plan.
    fn in_the_way(&self, item: &Item) -> Option<Unfinished<'_>> {
        let mut waits = self.unfinished.iter().filter_map(|session| {
            let other = catalogue().item(&session.item_key)?;
            item.waits_for(other).then_some(Unfinished {
                id: &session.id,
                item: other,
                awaits_confirmation: session.awaits_confirmation(),
            })
        });
        let first = waits.next()?;
        if first.item.key == item.key {
            return Some(first);
        }
        waits
            .find(|other| other.item.key == item.key)
            .or(Some(first))
    }

    fn card(&self, item: &Item, has_price: bool) -> Card {
        let session = self.in_the_way(item);
        let facts = CardFacts {
            package_key: self.account.package_key,
            subscription_status: self.subscription.status,
            billing_state: self.account.billing_state,
            owed: self.account.owed,
            price_list: &self.account.price_list,
            has_price,
            unfinished: session,
            buyer: self.account.account_type,
            project: self
                .project
                .as_ref()
                .map(|(project, action)| project_need(project, *action)),
        };
        let verdict = card_state(item, &facts);
        let available = verdict.state == CardState::Available;
        let waiting = matches!(
            verdict.state,
            CardState::PaymentPending | CardState::CheckoutOpen
        );
        let changeable = verdict.state == CardState::PlanChange;
        let allowed = self.role.can(Ability::Purchase);
        let role_reason = ((available || changeable) && !allowed).then(|| {
            format!(
                "Your role is {}. Ask {} to buy this.",
                self.role.label(),
                Ability::Purchase.holders()
            )
        });
        let waits = changeable
            .then(|| item.package_key.and_then(PlanWish::of))
            .flatten()
            .and_then(|wish| refusal(wish, &self.standing));
        Card {
            item_key: item.key.clone(),
            kind: item.kind,
            name: item.name.clone(),
            package_key: item.package_key,
            credit_type: item.credit_type,
            quantity: item.quantity,
            price_label: item.price_label.clone(),
            includes: item.includes.clone(),
            checkout_state: verdict.state,
            checkout_route: (available && allowed).then(|| {
                Link::Checkout {
                    item: item.key.clone(),
                    origin: None,
                }
                .href()
            }),
            disabled_reason: role_reason.or(waits).or(verdict.reason),
            suggested_package_key: None,
            checkout_session_id: waiting
                .then(|| session.map(|session| session.id.clone()))
                .flatten(),
            note: item.credit_type.map(|kind| self.note(kind)),
            warning: item.credit_type.and_then(|kind| self.warning(kind)),
        }
    }

    /// Buying before there is work for it leaves unused capacity (S0-4); what pays a debt is used at once.
    fn warning(&self, kind: CreditType) -> Option<String> {
        if self.account.owed.of(kind) > 0 {
            return None;
        }
        let unused = match kind {
            CreditType::Scan => (self.usable.projects == 0).then_some(
                "No project that this account pays for is ready for a scan: accept its scope and verify its domain first.",
            ),
            CreditType::AutomatedFix => (self.usable.findings == 0).then_some(
                "No published report that this account pays for has a finding that fix work could take now.",
            ),
            CreditType::Ai => None,
        };
        unused.map(|why| format!("{why} Bought credits would lie unused until then."))
    }

    /// Plan credits go first (S0-15): says how many are left before the top-up is needed.
    fn note(&self, kind: CreditType) -> String {
        let sources = self.sources.of(kind);
        let avail = self.balances.of(kind).avail;
        let plan = self.account.package_key;
        if sources.plan == 0 && allowance(plan, kind) == 0 {
            let plan = plan.label();
            return match avail {
                0 => format!(
                    "{plan} brings no {}: a top-up is used at once.",
                    kind.many()
                ),
                _ => format!(
                    "{} available now. {plan} brings none, so top-ups are what is used.",
                    amount_text(avail, kind)
                ),
            };
        }
        if sources.plan > 0 {
            format!(
                "Plan credits are used first: {} left. A top-up is for when they are used up.",
                sources.plan
            )
        } else if avail > 0 {
            format!(
                "{} available now. Plan credits are always used before top-ups.",
                amount_text(avail, kind)
            )
        } else {
            "No plan credits are left. Plan credits are always used before top-ups.".to_owned()
        }
    }
}
