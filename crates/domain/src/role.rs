//! Who may do what in an account (docs/product.md#roles).

use crate::keyed;

keyed! {
    /// The part a person has in one account.
    pub enum Role {
        Owner = "owner", "Owner";
        Admin = "admin", "Admin";
        BillingManager = "billing_manager", "Billing manager";
        Viewer = "viewer", "Viewer";
    }
}

keyed! {
    /// Something that a role allows or not.
    pub enum Ability {
        ReadBilling = "read_billing", "read billing, ledger and transactions";
        Purchase = "purchase", "start a checkout";
        ManageRenewal = "manage_renewal", "cancel or resume renewal and ask for refunds";
        RunProjects = "run_projects", "accept scope, prove domains, run scans and switch services";
        RunFixes = "run_fixes", "start fix work, approve patches and record evidence";
    }
}

impl Role {
    /// Whether this role may do it.
    pub const fn can(self, ability: Ability) -> bool {
        match ability {
            Ability::ReadBilling => true,
            Ability::Purchase => matches!(self, Self::Owner | Self::Admin | Self::BillingManager),
            Ability::ManageRenewal => matches!(self, Self::Owner | Self::BillingManager),
            Ability::RunProjects | Ability::RunFixes => matches!(self, Self::Owner | Self::Admin),
        }
    }
}

impl Ability {
    /// Who may do it, as words for a sentence: "an owner or admin".
    pub const fn holders(self) -> &'static str {
        match self {
            Self::ReadBilling => "any member",
            Self::Purchase => "an owner, admin or billing manager",
            Self::ManageRenewal => "an owner or billing manager",
            Self::RunProjects | Self::RunFixes => "an owner or admin",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles() {
        let table = |ability: Ability| Role::ALL.iter().map(|r| r.can(ability)).collect::<Vec<_>>();
        assert_eq!(table(Ability::ReadBilling), [true, true, true, true]);
        assert_eq!(table(Ability::Purchase), [true, true, true, false]);
        assert_eq!(table(Ability::ManageRenewal), [true, false, true, false]);
        assert_eq!(table(Ability::RunProjects), [true, true, false, false]);
        assert_eq!(table(Ability::RunFixes), [true, true, false, false]);
    }
}
