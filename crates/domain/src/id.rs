//! Identifiers: one type for each kind of thing, so that an account id cannot be used as a project id.

use serde::{Deserialize, Serialize};

/// A text that is not an identifier of the asked kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier that begins with {prefix}")]
pub struct BadId {
    /// What the identifier must begin with.
    pub prefix: &'static str,
}

const LONGEST_TAIL: usize = 48;

fn check(text: &str, prefix: &'static str) -> Result<(), BadId> {
    let tail = text.strip_prefix(prefix).ok_or(BadId { prefix })?;
    let fits = !tail.is_empty() && tail.len() <= LONGEST_TAIL;
    let plain = tail
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if fits && plain {
        Ok(())
    } else {
        Err(BadId { prefix })
    }
}

macro_rules! ids {
    ($($(#[$($meta:tt)*])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$($meta)*])*
        ///
        #[doc = concat!("Begins with `", $prefix, "`, then 1 to 48 of a-z, 0-9 and _.")]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What every identifier of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Reads an identifier.
            ///
            /// # Errors
            /// [`BadId`] when the prefix is missing or the rest is empty, too long or of other letters.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                check(text, $prefix).map(|()| Self(text.to_owned()))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                check(&text, $prefix).map(|()| Self(text))
            }
        }

        impl core::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .description(Some(concat!($($crate::doc_text!($($meta)*)),*)))
                    .pattern(Some(format!("^{}[a-z0-9_]{{1,{LONGEST_TAIL}}}$", $prefix)))
                    .into()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+};
}

ids! {
    /// A billing account.
    AccountId = "acc_";
    /// A person who signs in.
    UserId = "usr_";
    /// A project: one site of one account.
    ProjectId = "prj_";
    /// A notice to those who pay for an account.
    NoticeId = "ntc_";
    /// A report of one scan.
    ReportId = "rep_";
    /// A finding in a report.
    FindingId = "fnd_";
    /// A tracked remediation.
    FixTaskId = "fix_";
    /// A text that a model drafts.
    AiDraftId = "aid_";
    /// One run of a private live audit.
    ScanRunId = "scn_";
    /// A small job of a scanner.
    ErrandId = "ern_";
    /// A public quick scan.
    SnapshotId = "snp_";
    /// A checkout session.
    CheckoutId = "chk_";
    /// A transaction, named by the payment provider.
    TransactionId = "txn_";
    /// A request for a refund.
    RefundRequestId = "rfr_";
    /// A request for a service credit.
    ServiceCreditId = "svc_";
    /// A lot of credits that one grant brought.
    LotId = "lot_";
    /// A hold on credits.
    HoldId = "hld_";
    /// What somebody answered to `Was this page helpful?` of a guide.
    FeedbackId = "gfb_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_keeps_its_kind_and_letters() {
        assert!(AccountId::parse("acc_northwind").is_ok());
        for bad in [
            "",
            "acc_",
            "prj_northwind",
            "acc_North",
            "acc_a b",
            "acc_a/../b",
            "acc_é",
        ] {
            assert!(AccountId::parse(bad).is_err(), "{bad}");
        }
        assert!(AccountId::parse(&format!("acc_{}", "a".repeat(49))).is_err());
    }

    #[test]
    fn a_bad_identifier_does_not_decode() {
        assert!(serde_json::from_str::<ProjectId>("\"prj_shop\"").is_ok());
        assert!(serde_json::from_str::<ProjectId>("\"acc_shop\"").is_err());
    }
}
