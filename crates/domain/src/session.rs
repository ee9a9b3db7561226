//! Who is signed in and which accounts they can open.

use crate::account::AccountType;
use crate::credits::CreditBalances;
use crate::id::{AccountId, UserId};
use crate::role::Role;
use serde::{Deserialize, Serialize};

/// Body of `POST /sign-in`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The email.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A person who is offered for sign-in in demo mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DemoUser {
    /// The email.
    pub email: String,
    /// What this person sees.
    pub shows: String,
}

/// Answer to `GET /sign-in`: what the sign-in page may offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SignInOptions {
    /// Offered people; empty outside demo mode.
    pub demo_users: Vec<DemoUser>,
    /// Their common password; only in demo mode.
    pub demo_password: Option<String>,
}

/// The person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct User {
    /// The id.
    pub user_id: UserId,
    /// The name.
    pub name: String,
    /// The email.
    pub email: String,
}

/// An account that the person can open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Membership {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Its kind.
    pub account_type: AccountType,
    /// The person's role in it.
    pub role: Role,
    /// Its balances.
    pub credit_balance: CreditBalances,
}

/// Answer to `GET /session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Who.
    pub user: User,
    /// Their accounts, by name.
    pub memberships: Vec<Membership>,
    /// The account that a new tab begins with.
    pub last_account_id: Option<AccountId>,
    /// Whether they run this console: the setting `OPERATORS` names their email.
    pub operator: bool,
}

/// Body of `PUT /session/account`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RememberAccount {
    /// The account to begin new tabs with.
    pub account_id: AccountId,
}
