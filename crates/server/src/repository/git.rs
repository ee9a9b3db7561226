//! Git repositories in a folder of this server. The branch is the pull request: whoever owns the repository merges it.

use super::{Opened, Proposal, RepositoryError, Target, refused};
use domain::fix::access::{LONGEST_REPOSITORY, PROOF_FILE, is_path};
use domain::fix::pull_request::PullRequestTrouble;
use git2::build::TreeUpdateBuilder;
use git2::{
    BranchType, Commit, ErrorCode, FileMode, ObjectType, Repository, RepositoryOpenFlags, Signature,
};
use std::path::Path;

/// The text of [`PROOF_FILE`] in the base branch, where that is there and the repository may be written.
pub(super) fn look(root: &Path, target: &Target) -> Result<Option<String>, RepositoryError> {
    let repository = open_in(root, &target.repository)?;
    let commit = base(&repository, &target.base)?;
    let store = repository.commondir().join("objects");
    let writable = std::fs::metadata(store).is_ok_and(|meta| !meta.permissions().readonly());
    if !writable {
        return Err(missing("The repository may not be written."));
    }
    let tree = commit.tree().map_err(|error| failed(&error))?;
    let file = tree.get_name(PROOF_FILE);
    let blob = file.and_then(|entry| entry.to_object(&repository).ok()?.into_blob().ok());
    Ok(blob.map(|blob| String::from_utf8_lossy(blob.content()).into_owned()))
}

/// Commits the files onto the base branch and names the commit by the branch; the branch of an earlier try is kept.
pub(super) fn open(
    root: &Path,
    target: &Target,
    proposal: &Proposal,
) -> Result<Opened, RepositoryError> {
    let repository = open_in(root, &target.repository)?;
    let opened = |commit: &Commit<'_>| Opened {
        url: format!("git:{}#refs/heads/{}", target.repository, proposal.branch),
        commit: commit.id().to_string(),
    };
    match repository.find_branch(&proposal.branch, BranchType::Local) {
        Ok(branch) => {
            let tip = branch
                .get()
                .peel_to_commit()
                .map_err(|error| failed(&error))?;
            let ours = tip
                .message()
                .is_some_and(|text| text.contains(&proposal.mark));
            return if ours {
                Ok(opened(&tip))
            } else {
                Err(conflict(&proposal.branch))
            };
        }
        Err(error) if error.code() == ErrorCode::NotFound => {}
        Err(error) => return Err(failed(&error)),
    }
    let parent = base(&repository, &target.base)?;
    let commit = commit(&repository, &parent, proposal).map_err(|error| failed(&error))?;
    match repository.branch(&proposal.branch, &commit, false) {
        Ok(_) => Ok(opened(&commit)),
        // Somebody made it in this very moment.
        Err(error) if error.code() == ErrorCode::Exists => Err(conflict(&proposal.branch)),
        Err(error) => Err(failed(&error)),
    }
}

/// The files go into new blobs and trees; everything else of the base stays as it is, submodules and links included.
fn commit<'r>(
    repository: &'r Repository,
    parent: &Commit<'r>,
    proposal: &Proposal,
) -> Result<Commit<'r>, git2::Error> {
    let mut update = TreeUpdateBuilder::new();
    for file in &proposal.files {
        let blob = repository.blob(file.text.as_bytes())?;
        update.upsert(file.path.as_str(), blob, FileMode::Blob);
    }
    let tree = update.create_updated(repository, &parent.tree()?)?;
    let tree = repository.find_tree(tree)?;
    let by = Signature::now("WebRiskOps", "no-reply@webriskops.example")?;
    let id = repository.commit(None, &by, &by, &proposal.message, &tree, &[parent])?;
    repository.find_commit(id)
}

/// Opens a repository below the folder: its name leads nowhere else, and neither does a link in its place.
fn open_in(root: &Path, name: &str) -> Result<Repository, RepositoryError> {
    let gone = || missing("There is no such repository in this server's folder.");
    if !is_path(name, LONGEST_REPOSITORY) {
        return Err(gone());
    }
    let root = root.canonicalize().map_err(|_| gone())?;
    let folder = root.join(name).canonicalize().map_err(|_| gone())?;
    if !folder.starts_with(&root) || folder == root {
        return Err(gone());
    }
    let flags = RepositoryOpenFlags::NO_SEARCH | RepositoryOpenFlags::NO_DOTGIT;
    let none: [&Path; 0] = [];
    let bare = Repository::open_ext(&folder, flags, none);
    // A working copy keeps its repository inside.
    let found = bare.or_else(|_| Repository::open_ext(folder.join(".git"), flags, none));
    let repository = found.map_err(|_| gone())?;
    let inside = repository
        .path()
        .canonicalize()
        .is_ok_and(|path| path.starts_with(&root))
        && repository
            .commondir()
            .canonicalize()
            .is_ok_and(|path| path.starts_with(&root));
    if inside { Ok(repository) } else { Err(gone()) }
}

fn base<'r>(repository: &'r Repository, name: &str) -> Result<Commit<'r>, RepositoryError> {
    let branch = repository.find_branch(name, BranchType::Local);
    let branch = branch.map_err(|_| missing("The base branch is not there."))?;
    let commit = branch.get().peel(ObjectType::Commit).ok();
    commit
        .and_then(|object| object.into_commit().ok())
        .ok_or_else(|| missing("The base branch has no commit."))
}

fn missing(detail: &str) -> RepositoryError {
    refused(PullRequestTrouble::PermissionMissing, detail)
}

fn conflict(branch: &str) -> RepositoryError {
    let detail = format!(
        "The branch {branch} is there already and is not of this draft. Delete it in the repository, then try again."
    );
    refused(PullRequestTrouble::BranchConflict, detail)
}

/// What libgit2 says may name paths of this server: it is for the log.
fn failed(error: &git2::Error) -> RepositoryError {
    tracing::warn!(%error, "a git repository could not be used");
    refused(
        PullRequestTrouble::CreationFailed,
        "The repository could not be read or written. Nothing was changed in it; try again.",
    )
}
