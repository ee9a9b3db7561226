//! `Project access`: the repository of the project, what its access is for, and asking, granting and revoking (S0-36).

use crate::api::{self, Intent};
use crate::parts::{
    ActionButton, Badge, CopyCode, Fact, Facts, GuideLink, Loaded, Outcome, OutcomeWords, Panel,
    When, follow, pick, text_field,
};
use crate::remote::{Remote, use_remote};
use crate::write::{Write, use_write_of};
use domain::account::AccountRef;
use domain::fix::access::{
    AccessStatus, AccessView, DecideAccess, LONGEST_BRANCH, LONGEST_REPOSITORY, ProviderOffer,
    RepositoryProof, RepositoryProvider, RequestAccess,
};
use domain::guide::Guide;
use domain::id::ProjectId;
use leptos::prelude::*;

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Nothing was changed.",
    then_refused: "",
    unknown: "It is not known whether that was done.",
    then_unknown: "If it was, this panel says so. Doing it again changes nothing.",
};

/// What the parts of the panel share. Cheap to copy.
#[derive(Clone, Copy)]
struct Shared {
    access: Signal<AccessView>,
    write: Write<AccessView>,
    project: StoredValue<ProjectId>,
    viewing: StoredValue<AccountRef>,
}

impl Shared {
    fn off(self) -> Option<String> {
        if self.write.is_pending() {
            return Some("The answer is on its way.".to_owned());
        }
        self.access.with(|access| access.unavailable.clone())
    }
}

/// The panel.
pub(super) fn access(project: ProjectId, viewing: AccountRef) -> AnyView {
    let of = project.clone();
    let remote = use_remote(move || api::access(of.clone()));
    view! {
        <Panel title="Project access">
            <Loaded remote part=true what="The access to the repository" children=move |access| panel(access, remote, project.clone(), viewing.clone()) />
        </Panel>
    }
    .into_any()
}

fn panel(
    access: Signal<AccessView>,
    remote: Remote<AccessView>,
    project: ProjectId,
    viewing: AccountRef,
) -> AnyView {
    let shared = Shared {
        access,
        write: use_write_of(remote),
        project: StoredValue::new(project),
        viewing: StoredValue::new(viewing),
    };
    let stands = pick(access, Clone::clone);
    let status = pick(access, |access| access.connected_access_status);
    let offers = pick(access, |access| access.offers.clone());
    view! {
        <div class="stack">
            <p>"With access to the site's repository, an approved patch becomes a branch and a pull request there. Without it, patches and tickets are handed to you."</p>
            {follow(stands, standing)}
            <Outcome write=shared.write words=WORDS done=|_| ().into_any() />
            {follow(status, move |status| decisions(*status, shared))}
            {follow(offers, move |offers| asking(offers, shared))}
            <p class="small muted"><GuideLink guide=Guide::TicketOnlyFallback /></p>
        </div>
    }
    .into_any()
}

/// How it stands, and what it is for.
fn standing(access: &AccessView) -> AnyView {
    let status = access.connected_access_status;
    let by = |who: &Option<String>, at: Option<domain::Timestamp>, name: &'static str| {
        who.clone()
            .zip(at)
            .map(|(who, at)| view! { <Fact name>{who} ", " <When at /></Fact> })
    };
    let repository = access.repository_id.clone().map(|id| {
        let provider = access.repository_provider.map(RepositoryProvider::label);
        view! { <Fact name="Repository">{id} ", " {provider}</Fact> }
    });
    let base = access.base_branch.clone();
    let base = base.map(|base| view! { <Fact name="Base branch">{base}</Fact> });
    let scope = access.approved_scope.clone();
    let scope = scope.map(|scope| view! { <Fact name="Approved scope">{scope}</Fact> });
    let proof = access.proof.as_ref().map(prove);
    let needs: Vec<AnyView> = access
        .required_scopes
        .iter()
        .map(|scope| view! { <li>{scope.clone()}</li> }.into_any())
        .collect();
    let requested = by(&access.requested_by, access.requested_at, "Requested");
    let granted = by(&access.granted_by, access.granted_at, "Granted");
    let revoked = by(&access.revoked_by, access.revoked_at, "Revoked");
    view! {
        <Facts>
            <Fact name="Connected access"><Badge tone=status label=status.label() /></Fact>
            {repository}
            {base}
            {scope}
            {requested}
            {granted}
            {revoked}
        </Facts>
        <div><p class="small">"What it is for, and nothing else:"</p><ul class="small" aria-label="Required scopes">{needs}</ul></div>
        {proof}
    }
    .into_any()
}

/// What to commit, so that nobody connects a repository of somebody else.
fn prove(proof: &RepositoryProof) -> AnyView {
    let RepositoryProof { file, text } = proof.clone();
    view! {
        <div class="stack">
            <p>"Show that the repository is yours before you grant access: commit the file "<code>{file}</code>" with this one line to the base branch."</p>
            <p><CopyCode code=text /></p>
        </div>
    }
    .into_any()
}

/// Granting what waits, and revoking what is there.
fn decisions(status: AccessStatus, shared: Shared) -> AnyView {
    let off = Signal::derive(move || shared.off());
    let decide = move |how: &'static str| {
        Callback::new(move |()| {
            let project = shared.project.get_value();
            let account_id = shared.viewing.get_value().id;
            let asked = shared.access.with_untracked(|access| access.requested_at);
            let at = asked.map(|at| at.to_rfc3339()).unwrap_or_default();
            let intent = Intent::of(&["access", how, project.as_str(), &at].join(":"));
            let body = DecideAccess { account_id };
            shared.write.run(
                api::decide_access(project, how, body, intent),
                |access| access.connected_access_status.label().to_owned() + ".",
                |_| {},
            );
        })
    };
    let grant = (status == AccessStatus::Requested).then(|| {
        view! { <ActionButton label=String::from("Grant access") off primary=true on_act=decide("grant") /> }
    });
    let revoke = matches!(status, AccessStatus::Requested | AccessStatus::Granted).then(|| {
        view! { <ActionButton label=String::from("Revoke access") off on_act=decide("revoke") /> }
    });
    view! { <div class="actions">{grant}{revoke}</div> }.into_any()
}

/// Asking for a repository; says so where none can be connected here.
fn asking(offers: &[ProviderOffer], shared: Shared) -> AnyView {
    let open: Vec<RepositoryProvider> = offers
        .iter()
        .filter(|offer| offer.unavailable.is_none())
        .map(|offer| offer.provider)
        .collect();
    let Some(first) = open.first().copied() else {
        return view! { <p class="muted">"No repository can be connected on this server: neither GitHub nor a folder of repositories is configured."</p> }
            .into_any();
    };
    let provider = RwSignal::new(first);
    let repository = RwSignal::new(String::new());
    let base = RwSignal::new(String::from("main"));
    let off = Signal::derive(move || {
        let empty = |text: RwSignal<String>| text.with(|text| text.trim().is_empty());
        shared.off().or_else(|| {
            (empty(repository) || empty(base))
                .then(|| "Enter the repository and its base branch.".to_owned())
        })
    });
    let send = move || {
        if off.with_untracked(Option::is_some) {
            return;
        }
        let project = shared.project.get_value();
        let body = RequestAccess {
            account_id: shared.viewing.get_value().id,
            provider: provider.get_untracked(),
            repository_id: repository.with_untracked(|text| text.trim().to_owned()),
            base_branch: base.with_untracked(|text| text.trim().to_owned()),
        };
        let what = [
            "access",
            project.as_str(),
            body.provider.key(),
            &body.repository_id,
            &body.base_branch,
        ];
        let intent = Intent::of(&what.join(":"));
        shared.write.run(
            api::request_access(project, body, intent),
            |_| "Access requested. Read what it is for, then grant it.".to_owned(),
            |_| {},
        );
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let choices: Vec<AnyView> = open
        .into_iter()
        .map(|option| {
            view! {
                <label class="choice">
                    <input type="radio" name="repository-provider" prop:checked=move || provider.get() == option on:change=move |_| provider.set(option) />
                    <b>{option.label()}</b>
                </label>
            }
            .into_any()
        })
        .collect();
    view! {
        <details class="fold">
            <summary>"Connect a repository"</summary>
            <form class="form" on:submit=submit>
                <fieldset class="choices across"><legend>"Where it is"</legend>{choices}</fieldset>
                {text_field("repository", "Repository", repository, LONGEST_REPOSITORY, "At GitHub owner/name; else its path below this server's folder of repositories.")}
                {text_field("base-branch", "Base branch", base, LONGEST_BRANCH, "Pull requests go into it.")}
                <ActionButton label=String::from("Request access") off on_act=Callback::new(move |()| send()) />
            </form>
        </details>
    }
    .into_any()
}
