//! The accounts of a person beside each other: role, kind, plan, what is available and the worst that is to be said of each.

use crate::api;
use crate::dom;
use crate::link::Link;
use crate::model::credits::short_name;
use crate::parts::action::fresh_id;
use crate::parts::{
    Badge, Fact, Facts, Loaded, PageHead, Panel, RowLink, SwitchAccount, follow, per_account, pick,
    rows,
};
use crate::remote::use_remote;
use crate::session::use_session;
use crate::slice::Slice;
use domain::account::{AccountRef, AccountType};
use domain::credits::CreditType;
use domain::id::AccountId;
use domain::session::Membership;
use domain::workspace::{AccountCard, AccountCards};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

/// The page `/accounts`.
#[component]
pub fn AccountsPage() -> AnyView {
    per_account(|membership| view! { <Accounts membership /> }.into_any())
}

#[component]
fn Accounts(membership: Membership) -> AnyView {
    let Membership {
        account_id,
        account_name,
        ..
    } = membership;
    let remote = use_remote(api::accounts);
    let lead = || {
        view! { <p>"Credits, plans, transactions and projects belong to one account each. Switching changes all that this tab shows; nothing moves between accounts."</p> }
    };
    let content = move |cards: Signal<AccountCards>| {
        let (counted, list) = list(cards, account_id.clone());
        view! { <Panel title="Your accounts" aside=move || counted>{list}</Panel> }.into_any()
    };
    view! {
        <PageHead title=String::from("Accounts") of=account_name lead />
        <Loaded remote what="The list of accounts" children=content />
    }
    .into_any()
}

/// The same list without the page, to choose from in the dialog of any page; it closes when another account is opened.
#[component]
pub fn AccountFinder() -> AnyView {
    let session = use_session();
    let remote = use_remote(api::accounts);
    let account = pick(session.account(), |account| {
        account.as_ref().map(|own| own.account_id.clone())
    });
    Effect::new(move |before: Option<Option<AccountId>>| {
        let now = account.get();
        if before.is_some_and(|before| before != now) {
            dom::close_dialog();
        }
        now
    });
    let content = move |cards: Signal<AccountCards>| {
        let own = session.account().get_untracked();
        let Some(own) = own else {
            return ().into_any();
        };
        let (counted, list) = list(cards, own.account_id);
        view! { <div class="stack">{list}{counted}</div> }.into_any()
    };
    view! { <Loaded remote what="The list of accounts" children=content /> }.into_any()
}

/// How many of the accounts are shown, and the field and the cards. Enter in the field opens the account that is left alone.
fn list(cards: Signal<AccountCards>, current: AccountId) -> (AnyView, AnyView) {
    let session = use_session();
    let typed = RwSignal::new(String::new());
    let shown = Slice::new(move |_| {
        let typed = typed.get();
        cards.with(|cards| {
            let fitting = cards.items.iter().filter(|card| card.fits(&typed));
            fitting.cloned().collect::<Vec<_>>()
        })
    });
    let all = pick(cards, |cards| cards.items.len());
    let count = Slice::new(move |_| (shown.with(Vec::len), all.get()));
    let counted = follow(count, |(some, all)| {
        view! { <span class="small muted" role="status">{*some} " of " {*all} " accounts"</span> }
            .into_any()
    });
    let press = move |event: KeyboardEvent| {
        let left = shown.with_untracked(|shown| match shown.as_slice() {
            [one] => Some(one.account_id.clone()),
            _ => None,
        });
        if event.key() == "Enter"
            && let Some(id) = left
        {
            // The key would press what has the focus when the dialog is gone.
            event.prevent_default();
            session.switch(id);
        }
    };
    let row = move |card: &AccountCard| one(card, &current);
    let (field, hint) = (fresh_id("find-"), fresh_id("find-"));
    let (of, described) = (field.clone(), hint.clone());
    let list = view! {
        <div class="field">
            <label for=of>"Find an account"</label>
            <input id=field type="search" maxlength="100" autocomplete="off" aria-describedby=described prop:value=move || typed.get() on:input=move |event| typed.set(event_target_value(&event)) on:keydown=press />
            <p class="hint small muted" id=hint>"By name, kind, role, plan or state. Enter opens the one that is left."</p>
        </div>
        <div class="cards accounts">{rows(shown, |card| card.account_id.clone(), row)}</div>
    }
    .into_any();
    (counted, list)
}

fn one(card: &AccountCard, current: &AccountId) -> AnyView {
    let id = fresh_id("account-");
    let labelled_by = id.clone();
    let is_current = card.account_id == *current;
    let own = AccountRef {
        id: card.account_id.clone(),
        name: card.account_name.clone(),
    };
    let avail = CreditType::ALL.iter().map(|kind| {
        let avail = card.credit_balance.of(*kind).avail;
        view! { <Fact name=short_name(*kind)>{avail} " Avail"</Fact> }
    });
    let payer = card.paid_by.clone().map(|name| {
        view! { <Fact name="Paid by">{name}</Fact> }
    });
    let control = if is_current {
        view! { <RowLink href=Link::Billing(None).href() wide=true>"Open Billing"</RowLink> }
            .into_any()
    } else {
        view! { <SwitchAccount to=own class="btn wide" /> }.into_any()
    };
    let (name, standing) = (card.account_name.clone(), card.standing);
    let (kind, role) = (card.account_type.label(), card.role.label());
    let (plan, subscription) = (card.package_key.label(), card.subscription_status.label());
    let (projects, avail) = (card.projects, avail.collect_view());
    let here = is_current.then(|| view! { <p>"This tab looks at it."</p> });
    let agency = (is_current && card.account_type == AccountType::Agency)
        .then(|| view! { <a href=Link::Agency.href()>"Pool and clients"</a> });
    view! {
        <article class="card" class:current=is_current aria-labelledby=labelled_by>
            <h3 id=id>{name}</h3>
            <Badge tone=standing label=standing.label() />
            <Facts>
                <Fact name="Kind">{kind}</Fact>
                <Fact name="Your role">{role}</Fact>
                <Fact name="Plan">{plan}</Fact>
                <Fact name="Subscription">{subscription}</Fact>
                {avail}
                <Fact name="Projects">{projects}</Fact>
                {payer}
            </Facts>
            {here}
            {agency}
            {control}
        </article>
    }
    .into_any()
}
