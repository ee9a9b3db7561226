//! What guides mark in their sentences is real: links lead to pages, labels stand on them.

use super::{read, sentences};
use crate::house::House;
use domain::guide::{Guide, Word, words};

#[tokio::test]
async fn every_link_of_a_guide_is_a_page_and_every_guide_that_it_names_exists() {
    let pages = [
        "/billing",
        "/billing/ledger",
        "/billing/transactions",
        "/projects",
        "/scans",
        "/reports",
        "/pricing",
        "/docs",
    ];
    let house = House::new().await;
    for guide in Guide::ALL {
        for sentence in sentences(&read(&house, *guide).await) {
            for word in words(&sentence) {
                let Word::Link { text, path } = word else {
                    continue;
                };
                let Some(key) = path.strip_prefix("/docs/") else {
                    assert!(pages.contains(&path.as_str()), "{guide}: {path}");
                    continue;
                };
                let found = Guide::ALL.iter().find(|other| other.key() == key);
                assert_eq!(
                    found.map(|other| other.label()),
                    Some(text.as_str()),
                    "{guide}"
                );
            }
        }
    }
}

#[tokio::test]
async fn every_label_that_a_guide_quotes_stands_in_the_code_of_a_page_or_a_rule() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut code = String::new();
    for folder in ["src", "crates/domain/src"] {
        gather(&root.join(folder), &mut code);
    }
    let house = House::new().await;
    for guide in Guide::ALL {
        for sentence in sentences(&read(&house, *guide).await) {
            for word in words(&sentence) {
                if let Word::Label(label) = word {
                    assert!(code.contains(&format!("\"{label}\"")), "{guide}: {label}");
                }
            }
        }
    }
}

/// The text of every Rust file below a folder.
fn gather(folder: &std::path::Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
