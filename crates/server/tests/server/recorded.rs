//! The answers that tests of the app show: recorded from the demonstration, and compared with what the API says now.
//! `make record` writes them.

use crate::house::House;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// File, person, path.
const ANSWERS: &[(&str, &str, &str)] = &[
    ("billing_beacon", "usr_ana", "/accounts/acc_beacon/billing"),
    ("billing_corner", "usr_ana", "/accounts/acc_corner/billing"),
    ("billing_harbor", "usr_dana", "/accounts/acc_harbor/billing"),
    (
        "billing_lantern",
        "usr_dana",
        "/accounts/acc_lantern/billing",
    ),
    (
        "billing_northwind",
        "usr_dana",
        "/accounts/acc_northwind/billing",
    ),
    (
        "billing_quayside",
        "usr_dana",
        "/accounts/acc_quayside/billing",
    ),
    ("project_baseline", "usr_dana", "/projects/prj_baseline"),
    ("project_quayside", "usr_dana", "/projects/prj_quayside"),
    ("project_scope", "usr_dana", "/projects/prj_scope"),
    ("report_corner", "usr_ana", "/reports/rep_corner"),
    ("report_gates", "usr_dana", "/reports/rep_gates"),
    ("report_harbor", "usr_dana", "/reports/rep_harbor"),
    ("report_none", "usr_dana", "/reports/rep_none"),
    ("report_ready", "usr_dana", "/reports/rep_ready"),
    ("session", "usr_dana", "/session"),
];

/// Moments closer than this are one: what the demonstration does at once takes it a second or a few.
const AT_ONCE: Duration = Duration::minutes(20);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/answers")
}

#[tokio::test]
async fn recorded_answers_are_what_the_api_says() {
    let house = House::new().await;
    let record = std::env::var_os("RECORD").is_some();
    let mut stale = Vec::new();
    for (name, user, path) in ANSWERS {
        let answer = house.person(user).await.get(path).await.ok();
        let text = same_every_time(answer);
        let file = folder().join(format!("{name}.json"));
        if record {
            std::fs::write(file, text).unwrap();
        } else {
            let kept = std::fs::read_to_string(file).unwrap_or_default();
            let other = kept.lines().zip(text.lines()).find(|(old, new)| old != new);
            stale.extend((kept != text).then(|| format!("{name}: {other:?}")));
        }
    }
    assert_eq!(
        stale,
        Vec::<String>::new(),
        "these answers have changed; run `make record` and read the difference"
    );
    let mut kept: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    kept.sort();
    let known: Vec<_> = ANSWERS
        .iter()
        .map(|row| format!("{}.json", row.0))
        .collect();
    assert_eq!(kept, known, "each file has its row above, in order");
}

/// The answer with what differs from run to run made equal: moments, random ids, and the sandbox's port.
fn same_every_time(mut answer: Value) -> String {
    let mut moments = Vec::new();
    each_text(&mut answer, &mut |text| moments.extend(moment(text)));
    let names = name_moments(moments);
    let mut ids = BTreeMap::new();
    each_text(&mut answer, &mut |text| {
        *text = match moment(text) {
            Some(at) => names[&at].to_rfc3339_opts(SecondsFormat::Secs, true),
            None => without_random_ids(text, &mut ids),
        };
    });
    serde_json::to_string_pretty(&answer).unwrap() + "\n"
}

fn each_text(value: &mut Value, seen: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => seen(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, seen)),
        Value::Object(fields) => fields.values_mut().for_each(|field| each_text(field, seen)),
        _ => {}
    }
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.with_timezone(&Utc))
}

/// The latest moment that is over becomes noon of a fixed day; each one before or after it is a day away from the next.
fn name_moments(mut moments: Vec<DateTime<Utc>>) -> BTreeMap<DateTime<Utc>, DateTime<Utc>> {
    moments.sort();
    let now = Utc::now();
    let mut groups: Vec<Vec<DateTime<Utc>>> = Vec::new();
    for at in moments {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| at - *last < AT_ONCE) => group.push(at),
            _ => groups.push(vec![at]),
        }
    }
    let over = groups.iter().filter(|group| group[0] <= now).count();
    let noon = DateTime::parse_from_rfc3339("2026-03-02T12:00:00Z").unwrap();
    let days = |n: usize| Duration::days(i64::try_from(n).unwrap());
    let mut names = BTreeMap::new();
    for (n, group) in groups.into_iter().enumerate() {
        let name = noon.with_timezone(&Utc) + days(n + 1) - days(over);
        names.extend(group.into_iter().map(|at| (at, name)));
    }
    names
}

/// Random ids are numbered as they come, and a port of this machine is the sandbox's usual one.
fn without_random_ids(text: &str, ids: &mut BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    for part in text.split_inclusive(|letter| !word(letter)) {
        let id = part.trim_end_matches(|letter| !word(letter));
        let random = id
            .split_once('_')
            .filter(|(_, tail)| tail.len() >= 20 && !tail.contains('_'));
        if let Some((prefix, _)) = random {
            let count = ids.len() + 1;
            let name = ids
                .entry(id.to_owned())
                .or_insert_with(|| format!("{prefix}_{count:04}"));
            out.push_str(name);
        } else {
            out.push_str(id);
        }
        out.push_str(&part[id.len()..]);
    }
    match out.split_once("http://127.0.0.1:") {
        Some((before, rest)) => {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}http://127.0.0.1:8090{rest}")
        }
        None => out,
    }
}
