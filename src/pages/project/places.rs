//! The places of the project page that a next step leads to.

use crate::dom;
use domain::reason::NextKind;

/// The id of the scan panel, to jump to.
pub(super) const SCAN: &str = "scan";
/// The id of the latest scan.
pub(super) const LATEST: &str = "latest-scan";
/// The id of the scope selection.
pub(super) const SCOPE: &str = "scope";
/// The id of the scope's acceptance.
pub(super) const ACCEPTANCE: &str = "acceptance";
/// The id of the domain's proof.
pub(super) const PROOF: &str = "proof";

/// Goes to the control that does a step, or to this place where none does.
pub(super) fn go(kind: NextKind, otherwise: &str) {
    dom::focus_id(match kind {
        NextKind::AcceptScope => SCOPE,
        NextKind::VerifyDomain => PROOF,
        _ => otherwise,
    });
}
