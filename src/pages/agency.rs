//! An agency: its pool, its client workspaces, and what each client took of the pool in the current period.

use crate::api;
use crate::link::Link;
use crate::model::credits::short_name;
use crate::parts::{
    Empty, Fact, Facts, Head, Loaded, Notice, PageHead, Panel, SwitchAccount, Table, Tone, When,
    follow, per_account, pick, rows, unless_empty,
};
use crate::remote::use_remote;
use domain::account::AccountType;
use domain::id::AccountId;
use domain::session::Membership;
use domain::workspace::{AgencyView, ClientUse, Pool, PoolUse};
use leptos::prelude::*;

/// The page `/agency`.
#[component]
pub fn AgencyPage() -> AnyView {
    per_account(|membership| {
        let Membership {
            account_id,
            account_name,
            account_type,
            ..
        } = membership;
        let of = account_name.clone();
        let page = if account_type == AccountType::Agency {
            agency(account_id)
        } else {
            no_agency(&account_name)
        };
        view! {
            <PageHead title=String::from("Agency") of=of />
            {page}
        }
        .into_any()
    })
}

fn no_agency(name: &str) -> AnyView {
    let title = name.to_owned() + " is no agency";
    let way = || view! { <a class="btn" href=Link::Accounts.href()>"All accounts"</a> };
    view! { <Notice tone=Tone::Quiet title action=way><p>"An agency account has a pool of credits for its clients. Switch to one to see it."</p></Notice> }
        .into_any()
}

fn agency(account: AccountId) -> AnyView {
    let remote = use_remote(move || api::agency(account.clone()));
    view! { <Loaded remote what="The agency" children=panels /> }.into_any()
}

const POOLS: &[Head] = &[
    Head::Text("Credit"),
    Head::Figure("Avail", "num"),
    Head::Figure("Res", "num"),
    Head::Figure("Spent this period", "num"),
    Head::Figure("Plan brings", "num"),
    Head::Figure("Overage", "num"),
];

const CLIENTS: &[Head] = &[
    Head::Text("Client"),
    Head::Figure("Projects", "num"),
    Head::Text("Scan"),
    Head::Text("Automated fix"),
    Head::Text("AI"),
    Head::Unseen("Account"),
];

fn panels(view: Signal<AgencyView>) -> AnyView {
    let pools = pick(view, |view| view.pools.clone());
    let clients = pick(view, |view| view.clients.clone());
    let standing = pick(view, |view| {
        (
            view.package_key,
            view.slots_used,
            view.slots,
            view.period_start,
            view.period_end,
        )
    });
    let facts = follow(standing, |(plan, used, slots, start, end)| {
        let left = (*slots - *used).max(0);
        let over = (*used > *slots)
            .then(|| view! { <span class="stop">" More clients than the plan covers."</span> });
        let (plan, used, slots, start, end) = (plan.label(), *used, *slots, *start, *end);
        let period = match (start, end) {
            (Some(start), Some(end)) => {
                view! { <span><When at=start /> " to " <When at=end /></span> }.into_any()
            }
            _ => view! { <span>"No period: figures count everything since the account began."</span> }.into_any(),
        };
        view! {
            <Facts>
                <Fact name="Plan">{plan}</Fact>
                <Fact name="Client workspaces">{used} " of " {slots} " used, " {left} " left." {over}</Fact>
                <Fact name="This period">{period}</Fact>
            </Facts>
        }
        .into_any()
    });
    let table = move || {
        view! { <Table heads=CLIENTS>{rows(clients, |one| one.client.id.clone(), client)}</Table> }
            .into_any()
    };
    view! {
        <Panel title="Agency allowance">{facts}</Panel>
        <Panel title="Pool" flush=true>
            <Table heads=POOLS>{rows(pools, |pool| pool.credit_type, pool)}</Table>
        </Panel>
        <Panel title="Clients" flush=true>{unless_empty(clients, no_clients, table)}</Panel>
        <p class="small muted">"Overage is what running and finished work took in this period beyond what the plan brings: it came from top-ups or earlier periods. What clients own themselves is in their accounts and is not shown here."</p>
    }
    .into_any()
}

fn pool(pool: &Pool) -> AnyView {
    let name = short_name(pool.credit_type);
    let Pool {
        avail,
        held,
        spent,
        allowance,
        ..
    } = *pool;
    let overage = pool.overage();
    view! {
        <tr role="row">
            <td role="cell" class="lead">{name}</td>
            <td role="cell" class="num" data-label="Avail">{avail}</td>
            <td role="cell" class="num" data-label="Res">{held}</td>
            <td role="cell" class="num" data-label="Spent this period">{spent}</td>
            <td role="cell" class="num" data-label="Plan brings">{allowance}</td>
            <td role="cell" class="num" data-label="Overage">{overage}</td>
        </tr>
    }
    .into_any()
}

fn client(one: &ClientUse) -> AnyView {
    let one = one.clone();
    let figures = |used: PoolUse| format!("{} spent, {} reserved", used.spent, used.held);
    let (scan, fix, ai) = (
        figures(one.scan),
        figures(one.automated_fix),
        figures(one.ai),
    );
    let name = one.client.name.clone();
    let open = if one.is_member {
        view! { <SwitchAccount to=one.client /> }.into_any()
    } else {
        view! { <span class="small muted">"Only its members open it."</span> }.into_any()
    };
    view! {
        <tr role="row">
            <td role="cell" class="lead wide">{name}</td>
            <td role="cell" class="num" data-label="Projects">{one.projects}</td>
            <td role="cell" data-label="Scan">{scan}</td>
            <td role="cell" data-label="Automated fix">{fix}</td>
            <td role="cell" data-label="AI">{ai}</td>
            <td role="cell">{open}</td>
        </tr>
    }
    .into_any()
}

fn no_clients() -> AnyView {
    let words = "A client account whose agency this is stands here.";
    view! { <Empty title="No clients yet" words /> }.into_any()
}
