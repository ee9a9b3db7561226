//! What a page says before the program runs, as the server writes it.

use super::web::{NAVIGATE, built_with, get};
use crate::house::{House, Reply};

const PLACES: &str = "<output id=boot-account></output><div id=boot-first></div>";

/// What a page says to a person, whole.
async fn page_for(house: &House, user: &str, path: &str) -> Reply {
    let person = house.person(user).await;
    let cookie = ("cookie", person.cookie.as_str());
    let reply = get(house, path, &[NAVIGATE, cookie]).await;
    assert_eq!(reply.status, 200, "{path}");
    reply
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body.to_vec()).unwrap()
}

#[tokio::test]
async fn billing_says_account_figures_and_the_next_step_before_the_program_runs() {
    let house = built_with(PLACES).await;
    let reply = page_for(&house, "usr_dana", "/billing").await;
    assert_eq!(reply.header("cache-control"), "private, no-store");
    let page = text(&reply);
    let dana = house.dana().await;
    let view = dana.get("/accounts/acc_northwind/billing").await.ok();
    assert!(
        page.contains("<html data-account=\"acc_northwind\""),
        "{page}"
    );
    assert!(page.contains("Northwind Trading</span></output>"), "{page}");
    let summary = view["summary"].as_str().unwrap();
    assert!(page.contains(&format!("<p>{summary}</p>")), "{page}");
    for (kind, label) in [
        ("scan", "Scan credits"),
        ("automated_fix", "Automated fix credits"),
        ("ai", "AI assistance"),
    ] {
        let balance = &view["credit_balance"][kind];
        let cells = ["avail", "res", "spent"]
            .map(|part| format!("<td class=\"num\">{}</td>", balance[part]));
        let row = format!("{label}</th>{}", cells.concat());
        assert!(page.contains(&row), "{row} in {page}");
    }
    assert!(
        page.contains("<a class=\"btn primary\" href=\"/projects/"),
        "{page}"
    );
    // The policy allows what the build wrote and nothing that was written in.
    assert!(!page.contains("<script>"));
    assert!(
        !reply
            .header("content-security-policy")
            .contains("unsafe-inline")
    );
}

#[tokio::test]
async fn what_is_in_the_way_and_the_way_back_stand_there_from_the_first_byte() {
    let house = built_with(PLACES).await;
    let dana = house.dana().await;
    let choice = serde_json::json!({ "account_id": "acc_ridgeline" });
    let draft = dana.draft(axum::http::Method::PUT, "/session/account");
    house.send(draft.json(&choice).build()).await;
    let path = "/billing?from=scan&ref=prj_ridgeline";
    let page = text(&page_for(&house, "usr_dana", path).await);
    assert!(page.contains("Ridgeline Outdoor</span></output>"), "{page}");
    assert!(page.contains("<h2>Subscription past due</h2>"), "{page}");
    let back = "<a class=\"btn\" href=\"/projects/prj_ridgeline\">Return to the project</a>";
    assert!(page.contains(back), "{page}");
    assert!(
        page.contains("href=\"/billing/payment-method\">Pay what is due"),
        "{page}"
    );
}

#[tokio::test]
async fn projects_and_reports_say_their_title_state_and_next_step_to_those_who_may_read_them() {
    let house = built_with(PLACES).await;
    let project = text(&page_for(&house, "usr_dana", "/projects/prj_shop").await);
    assert!(project.contains("<h1>Northwind shop</h1>"), "{project}");
    assert!(project.contains("shop.northwind.example \u{b7} Owned by Northwind Trading"));
    assert!(project.contains("<h2>Next step</h2>"), "{project}");
    let report = text(&page_for(&house, "usr_dana", "/reports/rep_ready").await);
    assert!(report.contains("<b>Published</b>"), "{report}");
    assert!(report.contains("No eligible finding selected"), "{report}");
    // Others read the page as it was built.
    for (user, path) in [
        ("usr_mira", "/projects/prj_shop"),
        ("usr_mira", "/reports/rep_ready"),
        ("usr_dana", "/projects/prj_none"),
        ("usr_dana", "/scans"),
    ] {
        let reply = page_for(&house, user, path).await;
        let page = text(&reply);
        assert_eq!(reply.header("cache-control"), "no-cache", "{path}");
        assert!(page.contains("id=boot-first></div>"), "{page}");
    }
    let nobody = get(&house, "/billing", &[NAVIGATE]).await;
    assert_eq!(nobody.header("cache-control"), "no-cache");
    assert!(!text(&nobody).contains("data-account"));
}
