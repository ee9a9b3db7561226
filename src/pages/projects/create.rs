//! The form that creates a project.

use crate::api::{self, Intent, List};
use crate::link::Link;
use crate::parts::{ActionButton, Outcome, OutcomeWords, Panel, text_field};
use crate::remote::Remote;
use crate::write::use_write;
use domain::project::{ProjectRow, ProjectView};
use domain::role::Ability;
use domain::session::Membership;
use domain::site::{CreateProject, LONGEST_NAME};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The panel `New project`.
pub(super) fn create(membership: &Membership, remote: Remote<List<ProjectRow>>) -> AnyView {
    let write = use_write::<ProjectView, _>(remote);
    let (name, domain) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let account = membership.account_id.clone();
    let role_off = (!membership.role.can(Ability::RunProjects)).then(|| {
        "Your role in ".to_owned()
            + &membership.account_name
            + " is "
            + membership.role.label()
            + ". Ask "
            + Ability::RunProjects.holders()
            + " to create a project."
    });
    let off = Signal::derive(move || {
        if write.is_pending() {
            return Some("The project is on its way. Wait for the answer.".to_owned());
        }
        let empty = |text: RwSignal<String>| text.with(|text| text.trim().is_empty());
        role_off.clone().or_else(|| {
            (empty(name) || empty(domain))
                .then(|| "Enter a name and the address of the site.".to_owned())
        })
    });
    let go = use_navigate();
    let send = move || {
        if off.with_untracked(Option::is_some) {
            return;
        }
        let body = CreateProject {
            name: name.get_untracked(),
            domain: domain.get_untracked(),
        };
        let intent = Intent::of(&["create", account.as_str(), &body.name, &body.domain].join(":"));
        let (account, go) = (account.clone(), go.clone());
        write.run(
            api::create_project(account, body, intent),
            |made| "Project created: ".to_owned() + &made.name + ".",
            move |made| {
                go(
                    &Link::Project(made.project_id.clone()).href(),
                    leptos_router::NavigateOptions::default(),
                );
            },
        );
    };
    let (pressed, submitted) = (send.clone(), send);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        submitted();
    };
    view! {
        <Panel title="New project">
            <form class="form" on:submit=submit>
                {text_field("project-name", "Project name", name, LONGEST_NAME, "What your team calls it.")}
                {text_field("project-site", "Site address", domain, 400, "A public site, for example shop.example.com. Which of its pages are scanned is chosen afterwards.")}
                <ActionButton label=String::from("Create project") off primary=true on_act=Callback::new(move |()| pressed()) />
                <Outcome write words=WORDS done=|_| ().into_any() />
            </form>
        </Panel>
    }
    .into_any()
}

const WORDS: OutcomeWords = OutcomeWords {
    refused: "Not created, nothing was changed.",
    then_refused: "",
    unknown: "It is not known whether the project was created.",
    then_unknown: "If it was, it is in the list. Creating it again cannot make a second one.",
};
