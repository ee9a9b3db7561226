//! `Prove this is your domain`: the challenge, the check, and what was found against what was expected.

use super::places::PROOF;
use super::state::ProjectState;
use crate::api::{self, Intent};
use crate::parts::{
    ActionButton, Badge, CopyCode, Fact, Facts, Outcome, OutcomeWords, Panel, When, follow, pick,
};
use crate::slice::Slice;
use crate::write::use_write;
use domain::errand::ErrandState;
use domain::project::{DomainStatus, ProjectView};
use domain::proof::{Challenge, CheckProof, CreateChallenge, ProofMethod, ProofView};
use leptos::prelude::*;

/// The panel.
pub(super) fn proof(project: Signal<ProjectView>, state: ProjectState) -> AnyView {
    let proof = pick(project, |view| view.proof.clone());
    let status = pick(proof, |proof| proof.status);
    let badge = follow(status, |status| {
        view! { <Badge tone=*status label=status.label() /> }.into_any()
    });
    let holds = pick(proof, |proof| {
        (proof.status, proof.verified_at, proof.holds_until)
    });
    let challenge = pick(proof, |proof| proof.challenge.clone());
    let there = pick(challenge, Option::is_some);
    view! {
        <Panel title="Prove this is your domain" aside=move || badge>
            <div class="stack jump" id=PROOF tabindex="-1">
                {follow(holds, |(status, verified, until)| standing(*status, *verified, *until))}
                <details class="fold" prop:open=move || status.get() != DomainStatus::Verified>
                    <summary>"Challenge"</summary>
                    <div class="stack">
                        {follow(challenge, |challenge| challenge.as_ref().map_or_else(|| ().into_any(), told))}
                        {follow(there, move |there| if *there { checking(proof, state) } else { ().into_any() })}
                        {creating(proof, state)}
                    </div>
                </details>
            </div>
        </Panel>
    }
    .into_any()
}

type Moment = Option<domain::Timestamp>;

fn standing(status: DomainStatus, verified: Moment, until: Moment) -> AnyView {
    match (status, verified, until) {
        (DomainStatus::Verified, Some(at), Some(until)) => view! {
            <p>"The proof was found "<When at />" and holds until "<When at=until />"."</p>
        }
        .into_any(),
        (DomainStatus::Verified, ..) => view! { <p>"The domain is proven."</p> }.into_any(),
        _ => view! { <p class="muted">"Show that the site is yours: put a value that only you know at one of three places. A scanner looks for it there."</p> }
            .into_any(),
    }
}

/// What to do, and what the newest look found.
fn told(challenge: &Challenge) -> AnyView {
    let method = challenge.method;
    let (place, text) = (challenge.place.clone(), challenge.text.clone());
    view! {
        <div class="stack">
            <p>{method.sentence()}</p>
            <Facts>
                <Fact name="Method">{method.label()}</Fact>
                <Fact name="Place"><CopyCode code=place /></Fact>
                <Fact name="Value"><CopyCode code=text /></Fact>
            </Facts>
            {looked(challenge)}
        </div>
    }
    .into_any()
}

fn looked(challenge: &Challenge) -> AnyView {
    let at = challenge.looked_at.map(|at| view! { <When at /> });
    match challenge.look {
        None => ().into_any(),
        Some(state @ (ErrandState::Queued | ErrandState::Running)) => {
            view! { <p role="status">"Looking for the proof: "{state.label()}</p> }.into_any()
        }
        Some(ErrandState::Failed) => {
            let why = challenge.failure.clone();
            view! { <p class="answer stop"><span><b>"Nothing could be looked at."</b>" "{why}" Last looked "{at}</span></p> }
                .into_any()
        }
        Some(ErrandState::Done) => {
            let expected = challenge.expected.clone();
            let found = challenge
                .found
                .iter()
                .map(|value| view! { <li><code class="wrap">{value.clone()}</code></li> });
            let found = if challenge.found.is_empty() {
                view! { <span>"Nothing"</span> }.into_any()
            } else {
                view! { <ul class="plain">{found.collect_view()}</ul> }.into_any()
            };
            view! {
                <Facts>
                    <Fact name="Last looked">{at}</Fact>
                    <Fact name="Expected"><code class="wrap">{expected}</code></Fact>
                    <Fact name="Found">{found}</Fact>
                </Facts>
            }
            .into_any()
        }
    }
}

const CHECKING: OutcomeWords = OutcomeWords {
    refused: "Nothing was looked at.",
    then_refused: "",
    unknown: "It is not known whether the look began.",
    then_unknown: "If it did, its result appears here by itself.",
};

fn checking(proof: Slice<ProofView>, state: ProjectState) -> AnyView {
    let write = use_write::<ProofView, _>(state.remote);
    let open = pick(proof, |proof| {
        let look = proof
            .challenge
            .as_ref()
            .and_then(|challenge| challenge.look);
        look.is_some_and(ErrandState::is_open)
    });
    let off = Signal::derive(move || {
        if write.is_pending() || open.get() {
            return Some("A scanner looks for the proof. Its result appears here by itself, usually within a minute.".to_owned());
        }
        state.switch_off.get()
    });
    let act = Callback::new(move |()| {
        let body = CheckProof {
            account_id: state.account(),
        };
        let ask = api::check_proof(state.project(), body, Intent::fresh());
        write.run(ask, |_| "A scanner looks for the proof.".to_owned(), |_| ());
    });
    view! {
        <div>
            <ActionButton label=String::from("Check now") off primary=true on_act=act />
            <Outcome write words=CHECKING done=|_| ().into_any() />
        </div>
    }
    .into_any()
}

const CREATING: OutcomeWords = OutcomeWords {
    refused: "No challenge was created.",
    then_refused: "",
    unknown: "It is not known whether a challenge was created.",
    then_unknown: "If it was, it stands here by itself.",
};

fn creating(proof: Slice<ProofView>, state: ProjectState) -> AnyView {
    let write = use_write::<ProofView, _>(state.remote);
    let method = RwSignal::new(ProofMethod::DnsTxt);
    let again = pick(proof, |proof| proof.challenge.is_some());
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The challenge is on its way. Wait for the answer.".to_owned());
        }
        state.switch_off.get()
    });
    let act = Callback::new(move |()| {
        let body = CreateChallenge {
            account_id: state.account(),
            method: method.get_untracked(),
        };
        let ask = api::create_challenge(state.project(), body, Intent::fresh());
        write.run(ask, |_| "Challenge created.".to_owned(), |_| ());
    });
    let label = Signal::derive(move || {
        if again.get() {
            "Create a new challenge".to_owned()
        } else {
            "Create challenge".to_owned()
        }
    });
    let options = ProofMethod::ALL.iter().map(|one| {
        let one = *one;
        view! {
            <label class="choice">
                <input type="radio" name="proof-method" prop:checked=move || method.get() == one on:change=move |_| method.set(one) />
                <span>{one.label()}</span>
            </label>
        }
    });
    view! {
        <div class="stack">
            <fieldset class="choices"><legend>"Method"</legend>{options.collect_view()}</fieldset>
            <ActionButton label off on_act=act />
            <Outcome write words=CREATING done=|_| ().into_any() />
        </div>
    }
    .into_any()
}
