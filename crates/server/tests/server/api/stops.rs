//! What no balance buys: work on findings without evidence, of another site, or without safe access.

use super::audits::{claim, hand_in, issue, queue, result, scan};
use crate::house::House;
use serde_json::{Value, json};

const ACCOUNT: &str = "acc_northwind";

#[tokio::test]
async fn s0_30_evidence_scope_and_access_stop_a_start_whatever_is_available() {
    let house = House::new().await;
    let dana = house.dana().await;
    let run = queue(&house, "prj_shop").await;
    let claimed = claim(&house, "claim-stops").await;
    let mut elsewhere = issue("A page of another site", "x-powered-by: other");
    elsewhere["affected_url"] = json!("https://elsewhere.example/");
    elsewhere["fingerprint"] = json!("c".repeat(64));
    let mut unseen = issue("Nobody saw it", "");
    unseen["fingerprint"] = json!("d".repeat(64));
    let good = issue("No policy", "content-security-policy: none");
    let findings = [elsewhere, unseen, good];
    let taken = hand_in(&house, "result-stops", &result(&claimed, &findings)).await;
    assert_eq!(taken.status, 200);
    let report = scan(&house, &run).await["report_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let view = dana.get(&format!("/reports/{report}")).await.ok();
    let all = view["fix_workflow"]["findings"].as_array().unwrap();
    let by_title = |title: &str| -> &Value {
        all.iter()
            .find(|finding| finding["title"] == title)
            .unwrap()
    };
    let before = (house.figures(ACCOUNT).await, house.seq(ACCOUNT).await);
    assert_eq!(before.0[1], "2/1/5", "there are credits");
    for (title, why) in [
        ("A page of another site", "unsupported_scope"),
        ("Nobody saw it", "missing_evidence"),
    ] {
        let finding = by_title(title);
        assert_eq!(finding["ineligible"], why);
        let id = finding["finding_id"].as_str().unwrap();
        let refused = dana
            .fix(ACCOUNT, &report, &[id], "review_only_patch", 1)
            .await;
        assert_eq!(refused.status, 409, "{title}");
    }
    // Without access that was granted for it, nothing is changed for anybody; a published report with credits is no access.
    let refused = dana
        .fix(
            ACCOUNT,
            "rep_ready",
            &["fnd_ready_csp"],
            "connected_access",
            1,
        )
        .await;
    assert_eq!(refused.blocked(), "PROVIDER_ACCESS_REQUIRED");
    let problem: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(
        problem["blocked_reasons"][0]["label"],
        "Connected access unavailable"
    );
    assert_eq!(
        (house.figures(ACCOUNT).await, house.seq(ACCOUNT).await),
        before
    );
    house.assert_sound().await;
}
