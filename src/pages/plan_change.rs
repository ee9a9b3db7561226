//! `/billing/plan/:wish`: what a change of plan charges, changes and pauses, before it is asked for.

mod ask;

use crate::api;
use crate::link::Link;
use crate::parts::{
    Badge, Fact, Facts, Head, Loaded, NotFound, PageHead, Panel, Table, Tone, When, follow,
    in_path, per_account, pick,
};
use crate::remote::{Remote, use_remote};
use crate::slice::Slice;
use ask::ask;
use domain::account::PackageKey;
use domain::credits::amount_text;
use domain::plan_change::{PlanReview, PlanWish};
use domain::session::Membership;
use leptos::prelude::*;

/// The change of the address, for the account in view.
#[component]
pub fn PlanChangePage() -> AnyView {
    let named = in_path::<String>(2);
    let wanted = Slice::new(move |_| PlanWish::parse(&named.get()?));
    follow(wanted, |wish| match *wish {
        Some(wish) => per_account(move |membership| page(membership, wish)),
        None => view! { <NotFound /> }.into_any(),
    })
}

fn page(membership: Membership, wish: PlanWish) -> AnyView {
    let account = membership.account_id;
    let remote = use_remote(move || api::plan_change(account.clone(), wish));
    let crumbs =
        || view! { <p class="crumbs"><a href=Link::Billing(None).href()>"Billing"</a></p> };
    let lead = || view! { <p>"Nothing changes on this page before you ask for it, and then only when Paddle confirms it."</p> };
    let shown = move |review: Signal<PlanReview>| panels(remote, review, wish);
    view! {
        <PageHead title=format!("Review: {}", wish.label()) of=membership.account_name crumbs lead />
        <Loaded remote what="This change" children=shown />
    }
    .into_any()
}

fn panels(remote: Remote<PlanReview>, review: Signal<PlanReview>, wish: PlanWish) -> AnyView {
    let held = pick(review, move |review| {
        (wish.package() == Some(review.from)).then_some(review.from)
    });
    follow(held, move |held| match held {
        Some(plan) => in_force(*plan),
        None => change(remote, review, wish),
    })
}

/// The account has the plan of the address: what was asked for here has come, or the address is an old one.
fn in_force(plan: PackageKey) -> AnyView {
    view! {
        <Panel title="No change is needed">
            <p role="status">{plan.label()} " is in force. Nothing more is asked for here, and nothing more is charged."</p>
            <p><a href=Link::Billing(None).href()>"Back to Billing"</a></p>
        </Panel>
    }
    .into_any()
}

fn change(remote: Remote<PlanReview>, review: Signal<PlanReview>, wish: PlanWish) -> AnyView {
    view! {
        <div class="checkout">
            <Panel title="What changes">
                {follow(pick(review, Clone::clone), facts)}
            </Panel>
            <Panel title="What happens next">
                <div class="stack">
                    {follow(pick(review, Clone::clone), next_steps)}
                    {ask(remote, review, wish)}
                    <p><a href=Link::Billing(None).href()>"Back to Billing"</a></p>
                </div>
            </Panel>
        </div>
    }
    .into_any()
}

const DIFFERENCES: &[Head] = &[
    Head::Text("What the plan gives"),
    Head::Text("Now"),
    Head::Text("Then"),
];

fn facts(review: &PlanReview) -> AnyView {
    let PlanReview {
        from,
        to,
        holds_from,
        charge_now,
        next_charge,
        period_ends_at,
        ..
    } = review.clone();
    let when = match holds_from {
        Some(at) => view! { "At the end of the paid period, " <When at /> }.into_any(),
        None => "As soon as Paddle confirms it".into_any(),
    };
    let next = match (next_charge, period_ends_at) {
        (Some(amount), Some(at)) => view! { {amount} ", at the renewal " <When at /> }.into_any(),
        (Some(amount), None) => amount.into_any(),
        (None, _) => "Nothing: there is no further renewal".into_any(),
    };
    let account = review.account_name.clone();
    let plan = if from == to {
        from.label().to_owned()
    } else {
        format!("{} \u{2192} {}", from.label(), to.label())
    };
    let (credits, pauses, differences) = (credits(review), pauses(review), differences(review));
    view! {
        <div class="stack">
            <Facts>
                <Fact name="Account">{account}</Fact>
                <Fact name="Plan">{plan}</Fact>
                <Fact name="Charged today">{charge_now.unwrap_or_else(|| String::from("Nothing"))}</Fact>
                <Fact name="Charged next">{next}</Fact>
                <Fact name="Holds">{when}</Fact>
                <Fact name="Credits">{credits}</Fact>
                <Fact name="Services that pause">{pauses}</Fact>
            </Facts>
            {differences}
        </div>
    }
    .into_any()
}

/// What becomes of the credits, computed.
fn credits(review: &PlanReview) -> String {
    let stay = "Credits that the account holds stay: those of a plan until their period ends, those of a top-up until they are used.";
    if review.gains.is_empty() {
        return stay.to_owned();
    }
    let gains: Vec<String> = review
        .gains
        .iter()
        .map(|gain| amount_text(gain.credits, gain.credit_type))
        .collect();
    format!(
        "{} are added once the payment is confirmed. {stay}",
        gains.join(", ")
    )
}

fn pauses(review: &PlanReview) -> String {
    if review.pauses.is_empty() {
        return String::from("None");
    }
    review.pauses.join("; ")
}

fn differences(review: &PlanReview) -> AnyView {
    if review.differences.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = review
        .differences
        .iter()
        .map(|row| {
            let (tone, label) = if row.more {
                (Tone::Ok, "more")
            } else {
                (Tone::Hold, "less")
            };
            view! {
                <tr role="row">
                    <th role="rowheader" scope="row">{row.what.clone()}</th>
                    <td role="cell">{row.now.clone()}</td>
                    <td role="cell">{row.then.clone()} " " <Badge tone label /></td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! { <Table heads=DIFFERENCES>{rows}</Table> }.into_any()
}

fn next_steps(review: &PlanReview) -> AnyView {
    let steps: &[&str] = match (&review.charge_now, review.wish) {
        (Some(_), PlanWish::Resume) => &[
            "Paddle charges a new period to the card it has, beginning today. Tax may come on top.",
            "Paddle confirms it to WebRiskOps, usually in less than a minute.",
            "Only then the plan is in force again and its credits are added. Do not ask again meanwhile.",
        ],
        (None, PlanWish::Resume) => &[
            "The period that is paid goes on, so that nothing is charged today.",
            "The plan is in force again once Paddle confirms it, and renews at the end of the period.",
        ],
        (Some(_), _) => &[
            "Paddle charges the difference for the rest of the period to the card it has. When the card is declined, nothing changes.",
            "Paddle confirms the change to WebRiskOps, usually in less than a minute.",
            "Only then the plan changes and the credits are added. Do not ask again meanwhile.",
        ],
        // Only a paused plan leaves an account without one.
        (None, PlanWish::Cancel) if review.from == PackageKey::FreeSnapshot => &[
            "The paused plan ends at once, and nothing is charged.",
            "Then another plan can be chosen. Top-up credits stay.",
        ],
        (None, PlanWish::Cancel) => &[
            "The plan and its services go on until the end of the paid period. Nothing more is charged.",
            "Until then the cancellation can be taken back here, with Keep plan.",
            "Afterwards the account has Free Snapshot. What is left of the plan's credits ends with the period; top-up credits stay.",
        ],
        (None, PlanWish::Keep) => &["The plan renews as before, once Paddle confirms it."],
        (None, _) => &[
            "Nothing is charged or credited for the period that is paid.",
            "The plan of today goes on until its end; until then the change can be given up here, with Keep plan.",
            "The renewal charges the new price and brings the new plan's credits.",
        ],
    };
    let steps: Vec<AnyView> = steps
        .iter()
        .map(|step| view! { <li>{*step}</li> }.into_any())
        .collect();
    view! { <ol class="next-steps">{steps}</ol> }.into_any()
}
