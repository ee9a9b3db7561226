use super::*;

fn source() -> TicketSource {
    TicketSource {
        report_id: "rep_a".parse().unwrap(),
        report_title: "Live audit".into(),
        project_id: "prj_a".parse().unwrap(),
        domain: "shop.example".into(),
        scanned_at: Timestamp::default(),
    }
}

fn finding(title: &str, evidence: &str) -> Finding {
    Finding {
        finding_id: "fnd_a".parse().unwrap(),
        title: title.into(),
        severity: Severity::High,
        category: "headers".into(),
        affected_url: "https://shop.example/".into(),
        evidence: evidence.into(),
        evidence_hash: None,
        confidence: Confidence::High,
        fingerprint: Some("ab12".into()),
        remediation: "Send the header.".into(),
        fix_credit_cost: 1,
        ineligible: None,
        fix_task_id: None,
        marked: None,

        pages: Vec::new(),
        check: None,
        retest: None,
    }
}

#[test]
fn the_same_issue_has_the_same_id_in_every_export() {
    let mut later = finding("A", "B");
    later.finding_id = "fnd_b".parse().unwrap();
    let first = ticket(&source(), &finding("A", "B"));
    assert_eq!(first.source_id, ticket(&source(), &later).source_id);
    assert_eq!(first.source_id, "webriskops:prj_a:ab12");
    assert_eq!(first.acceptance_criteria.len(), 2);
}

#[test]
fn a_hostile_title_is_text_in_every_format() {
    let bad = finding(
        "=HYPERLINK(\"//x\")",
        "```\n<img src=x onerror=alert(1)> @team",
    );
    let csv = written(TicketFormat::Csv, &source(), &[&bad]);
    assert!(csv.contains(",\"'=HYPERLINK(\"\"//x\"\")\","), "{csv}");
    let bad = finding("[a](javascript:1) <b> @team #1\n# x", "```\n<img>");
    let text = written(TicketFormat::Markdown, &source(), &[&bad]);
    assert!(
        text.contains("High: \\[a\\]\\(javascript:1\\) &lt;b&gt; &#64;team \\#1 \\# x\n"),
        "{text}"
    );
    assert!(text.contains("````text\n```\n<img>\n````"), "{text}");
    let json = written(TicketFormat::Json, &source(), &[&bad]);
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["tickets"][0]["title"], bad.title.as_str());
}

#[test]
fn an_export_without_a_choice_leaves_false_positives_out() {
    let mut wrong = finding("A", "B");
    wrong.ineligible = Some(Ineligible::FalsePositive);
    let all = [finding("A", "B"), wrong];
    assert_eq!(exported(&all, &[]).len(), 1);
    assert_eq!(exported(&all, &["fnd_a".parse().unwrap()]).len(), 2);
}
