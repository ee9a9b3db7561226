//! Connected access and pull requests: nothing is made in a repository before its access is granted and a draft is approved,
//! and everything that is made is made once, on a real git repository and against GitHub's contract.

mod github;

use crate::house::{House, Reply};
use chrono::Utc;
use git2::{BranchType, Repository, Signature};
use serde_json::{Value, json};
use server::pull_requests;
use std::path::Path;
use tempfile::TempDir;

const ACCOUNT: &str = "acc_northwind";
const PROJECT: &str = "prj_shop";

/// A bare repository with one commit on `main`.
pub(super) fn bare_repository(root: &Path, name: &str) -> Repository {
    let repository = Repository::init_bare(root.join(name)).unwrap();
    let by = Signature::now("Dana", "dana@northwind.example").unwrap();
    let blob = repository.blob(b"shop\n").unwrap();
    let tree = {
        let mut tree = repository.treebuilder(None).unwrap();
        tree.insert("README", blob, 0o100_644).unwrap();
        tree.write().unwrap()
    };
    {
        let tree = repository.find_tree(tree).unwrap();
        repository
            .commit(Some("refs/heads/main"), &by, &by, "First", &tree, &[])
            .unwrap();
    }
    repository
}

async fn house() -> (House, TempDir, Repository) {
    let root = tempfile::tempdir().unwrap();
    let repository = bare_repository(root.path(), "shop.git");
    let folder = root.path().display().to_string();
    let house = House::with(&[("REPOSITORY_ROOT", &folder)]).await;
    (house, root, repository)
}

async fn request(house: &House, provider: &str, repository: &str, base: &str) -> Reply {
    let body = json!({ "account_id": ACCOUNT, "provider": provider, "repository_id": repository, "base_branch": base });
    let path = format!("/projects/{PROJECT}/access");
    house.dana().await.post(&path, &body).await
}

async fn decide(house: &House, how: &str) -> Reply {
    let path = format!("/projects/{PROJECT}/access/{how}");
    let body = json!({ "account_id": ACCOUNT });
    house.dana().await.post(&path, &body).await
}

/// Commits a file onto `main`.
fn commit_file(repository: &Repository, name: &str, text: &str) {
    let by = Signature::now("Dana", "dana@northwind.example").unwrap();
    let main = repository.find_branch("main", BranchType::Local).unwrap();
    let parent = main.get().peel_to_commit().unwrap();
    let mut tree = repository
        .treebuilder(Some(&parent.tree().unwrap()))
        .unwrap();
    let blob = repository.blob(text.as_bytes()).unwrap();
    tree.insert(name, blob, 0o100_644).unwrap();
    let tree = repository.find_tree(tree.write().unwrap()).unwrap();
    repository
        .commit(
            Some("refs/heads/main"),
            &by,
            &by,
            "Proof",
            &tree,
            &[&parent],
        )
        .unwrap();
}

/// Commits what a request for access asks for.
pub(super) fn prove(repository: &Repository, asked: &Value) {
    let (file, line) = (&asked["proof"]["file"], &asked["proof"]["text"]);
    let line = format!("{}\n", line.as_str().unwrap());
    commit_file(repository, file.as_str().unwrap(), &line);
}

async fn connected(house: &House, repository: &Repository) {
    let asked = request(house, "git", "shop.git", "main").await.ok();
    prove(repository, &asked);
    let view = decide(house, "grant").await.ok();
    assert_eq!(view["connected_access_status"], "granted", "{view}");
}

/// Fix work with a patch of one finding; answers the task and the draft's digest.
async fn drafted(house: &House) -> (String, String) {
    let dana = house.dana().await;
    let report = dana.get("/reports/rep_ready").await.ok();
    let mut findings = report["fix_workflow"]["findings"]
        .as_array()
        .unwrap()
        .iter();
    let free = findings.find(|one| one["ineligible"].is_null()).unwrap();
    let finding = free["finding_id"].as_str().unwrap();
    let cost = free["fix_credit_cost"].as_i64().unwrap();
    let started = dana
        .fix(ACCOUNT, "rep_ready", &[finding], "review_only_patch", cost)
        .await
        .ok();
    let task = started["fix_task"]["fix_task_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let view = pull_request(house, &task).await;
    (task, view["digest"].as_str().unwrap().to_owned())
}

async fn approve(house: &House, task: &str, digest: &str) {
    let path = format!("/fix-tasks/{task}/patch/approve");
    let body = json!({ "account_id": ACCOUNT, "digest": digest });
    assert_eq!(house.dana().await.post(&path, &body).await.status, 200);
}

async fn pull_request(house: &House, task: &str) -> Value {
    let path = format!("/fix-tasks/{task}/pull-request");
    house.dana().await.get(&path).await.ok()
}

async fn create(house: &House, task: &str, digest: &str) -> Reply {
    let path = format!("/fix-tasks/{task}/pull-request");
    let body = json!({ "account_id": ACCOUNT, "digest": digest });
    house.dana().await.post(&path, &body).await
}

async fn run(house: &House) {
    pull_requests::run_due(&house.state, Utc::now())
        .await
        .unwrap();
}

fn branches(repository: &Repository) -> Vec<String> {
    let all = repository.branches(Some(BranchType::Local)).unwrap();
    let mut names: Vec<String> = all
        .map(|branch| branch.unwrap().0.name().unwrap().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn s0_28_no_branch_is_made_before_access_is_granted_and_exactly_this_draft_approved() {
    let (house, _root, repository) = house().await;
    let (task, digest) = drafted(&house).await;
    let before = create(&house, &task, &digest).await;
    before.problem(409, "PATCH_APPROVAL_REQUIRED");
    approve(&house, &task, &digest).await;
    let view = pull_request(&house, &task).await;
    assert_eq!(
        view["blocked"]["code"], "REPOSITORY_PERMISSION_MISSING",
        "{view}"
    );
    let unconnected = create(&house, &task, &digest).await;
    unconnected.problem(409, "REPOSITORY_PERMISSION_MISSING");
    connected(&house, &repository).await;
    create(&house, &task, "0000")
        .await
        .problem(409, "SELECTION_CHANGED");
    run(&house).await;
    assert_eq!(branches(&repository), ["main"]);
    let held = house.figures(ACCOUNT).await[1].clone();

    let asked = create(&house, &task, &digest).await;
    assert_eq!(asked.status, 202);
    assert_eq!(asked.ok()["pull_request_status"], "creating");
    run(&house).await;
    let branch = format!("webriskops/{task}");
    assert_eq!(branches(&repository), ["main", branch.as_str()]);
    let view = pull_request(&house, &task).await;
    assert_eq!(view["pull_request_status"], "open", "{view}");
    assert_eq!(
        view["pull_request_url"],
        format!("git:shop.git#refs/heads/{branch}")
    );
    // The commit adds files in a folder of its own onto the base, and nothing else.
    let tip = repository.find_branch(&branch, BranchType::Local).unwrap();
    let commit = tip.get().peel_to_commit().unwrap();
    assert_eq!(view["commit_id"], commit.id().to_string());
    assert!(commit.message().unwrap().contains(&digest));
    let tree = commit.tree().unwrap();
    assert!(tree.get_path(Path::new("README")).is_ok());
    assert!(
        tree.get_path(Path::new(&format!("webriskops/{task}")))
            .is_ok()
    );
    let base = repository.find_branch("main", BranchType::Local).unwrap();
    assert_eq!(commit.parent_id(0).unwrap(), base.get().target().unwrap());
    // It is delivered: what the task held is spent, once, and a retest may look.
    let shown = house
        .dana()
        .await
        .get(&format!("/fix-tasks/{task}"))
        .await
        .ok();
    assert_eq!(shown["status"], "completed", "{shown}");
    assert_eq!(shown["retest"]["not_yet"], Value::Null);
    assert_ne!(house.figures(ACCOUNT).await[1], held);
    let spent = house.figures(ACCOUNT).await[1].clone();
    assert_eq!(create(&house, &task, &digest).await.status, 202);
    run(&house).await;
    assert_eq!(house.figures(ACCOUNT).await[1], spent);
    house.assert_sound().await;
}

#[tokio::test]
async fn a_try_that_was_cut_off_is_found_again_and_a_branch_of_somebody_else_is_left_alone() {
    let (house, _root, repository) = house().await;
    connected(&house, &repository).await;
    let (task, digest) = drafted(&house).await;
    approve(&house, &task, &digest).await;
    // Somebody's branch is in the way.
    let name = format!("webriskops/{task}");
    {
        let main = repository.find_branch("main", BranchType::Local).unwrap();
        let first = main.get().peel_to_commit().unwrap();
        repository.branch(&name, &first, false).unwrap();
    }
    create(&house, &task, &digest).await;
    run(&house).await;
    let view = pull_request(&house, &task).await;
    assert_eq!(view["trouble"], "PATCH_BRANCH_CONFLICT", "{view}");
    assert_eq!(view["branch_conflict_status"], "In the way");
    assert_eq!(view["blocked"], Value::Null, "it can be tried again");
    repository
        .find_branch(&name, BranchType::Local)
        .unwrap()
        .delete()
        .unwrap();
    create(&house, &task, &digest).await;
    // Two workers at once, or one that was killed right after it made the branch and one that goes on: one branch, one end.
    let now = Utc::now();
    let one = pull_requests::run_due(&house.state, now);
    let other = pull_requests::run_due(&house.state, now);
    let (one, other) = futures::future::join(one, other).await;
    one.and(other).unwrap();
    let made = pull_request(&house, &task).await;
    assert_eq!(made["pull_request_status"], "open", "{made}");
    let tip = repository.find_branch(&name, BranchType::Local).unwrap();
    let tip = tip.get().peel_to_commit().unwrap();
    assert_eq!(made["commit_id"], tip.id().to_string());
    assert_eq!(tip.parent_count(), 1);
    house.assert_sound().await;
}

#[tokio::test]
async fn revoked_access_makes_nothing_more_and_takes_the_mode_away() {
    let (house, _root, repository) = house().await;
    connected(&house, &repository).await;
    let (task, digest) = drafted(&house).await;
    approve(&house, &task, &digest).await;
    create(&house, &task, &digest).await;
    let view = decide(&house, "revoke").await.ok();
    assert_eq!(view["connected_access_status"], "revoked", "{view}");
    assert_eq!(view["revoked_by"], "Dana Reyes");
    run(&house).await;
    let view = pull_request(&house, &task).await;
    assert_eq!(view["trouble"], "REPOSITORY_AUTH_REVOKED", "{view}");
    assert_eq!(branches(&repository), ["main"]);
    let report = house.dana().await.get("/reports/rep_ready").await.ok();
    let modes = report["fix_workflow"]["delivery_modes"].as_array().unwrap();
    let mode = modes
        .iter()
        .find(|one| one["mode"] == "connected_access")
        .unwrap();
    assert!(mode["unavailable"].is_string(), "{mode}");
}

#[tokio::test]
async fn a_repository_is_connected_only_after_its_base_branch_holds_the_line_of_the_project() {
    let (house, _root, repository) = house().await;
    let asked = request(&house, "git", "shop.git", "main").await.ok();
    let line = asked["proof"]["text"].as_str().unwrap();
    let file = asked["proof"]["file"].as_str().unwrap();
    for text in ["", "something else", &line[1..]] {
        commit_file(&repository, file, text);
        let problem = decide(&house, "grant")
            .await
            .problem(422, "VALIDATION_FAILED");
        assert!(problem.to_string().contains(file), "{problem}");
    }
    // The line is the project's: it stays the same when it is asked for again, and is no other project's.
    let again = request(&house, "git", "shop.git", "main").await.ok();
    assert_eq!(again["proof"], asked["proof"]);
    commit_file(&repository, file, line);
    let view = decide(&house, "grant").await.ok();
    assert_eq!(view["connected_access_status"], "granted", "{view}");
    assert_eq!(view["proof"], Value::Null, "{view}");
}

#[tokio::test]
async fn a_name_that_leads_out_of_the_folder_is_no_repository() {
    let (house, root, _) = house().await;
    let elsewhere = tempfile::tempdir().unwrap();
    bare_repository(elsewhere.path(), "secret.git");
    std::os::unix::fs::symlink(elsewhere.path(), root.path().join("link")).unwrap();
    for name in ["../secret.git", "/etc", "a/../shop.git", ".git", "-c", ""] {
        request(&house, "git", name, "main")
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    for (name, base) in [
        ("link/secret.git", "main"),
        ("none.git", "main"),
        ("shop.git", "gone"),
    ] {
        assert_eq!(request(&house, "git", name, base).await.status, 200);
        let problem = decide(&house, "grant")
            .await
            .problem(422, "VALIDATION_FAILED");
        let detail = problem.to_string();
        assert!(detail.contains("REPOSITORY_PERMISSION_MISSING"), "{detail}");
        assert!(
            !detail.contains(&elsewhere.path().display().to_string()),
            "{detail}"
        );
    }
    request(&house, "github", "northwind/shop", "main")
        .await
        .problem(422, "VALIDATION_FAILED");
}
