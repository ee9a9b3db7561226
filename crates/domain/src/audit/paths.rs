//! Which addresses of a site an audit never asks for, and how its pages fall into groups (docs/states.md#scope-and-domain).

/// Words that, as a part of a path, mark pages behind a sign-in or pages whose reading may change something.
const PRIVATE: [&str; 40] = [
    "account",
    "accounts",
    "admin",
    "administrator",
    "auth",
    "basket-add",
    "cart-add",
    "cgi-bin",
    "confirm",
    "dashboard",
    "delete",
    "edit",
    "install",
    "login",
    "logout",
    "my-account",
    "oauth",
    "password",
    "pay",
    "payment",
    "phpmyadmin",
    "place-order",
    "profile",
    "register",
    "remove",
    "reset",
    "saml",
    "session",
    "settings",
    "sign-in",
    "sign-out",
    "sign-up",
    "signin",
    "signout",
    "signup",
    "sso",
    "unsubscribe",
    "user",
    "wp-admin",
    "wp-login",
];

/// Names of query values whose reading may change something, or that carry a person's secret.
const PRIVATE_QUERY: [&str; 14] = [
    "action",
    "add",
    "add-to-cart",
    "code",
    "confirm",
    "delete",
    "logout",
    "password",
    "remove",
    "session",
    "sid",
    "submit",
    "token",
    "unsubscribe",
];

/// Whether an address must be left alone: administration, sign-in, accounts, and whatever submits or changes something.
///
/// `path` begins with `/`; `query` is what follows the `?`, without it.
pub fn is_private(path: &str, query: Option<&str>) -> bool {
    let in_path = path.split('/').any(|part| {
        let part = part.to_ascii_lowercase();
        let stem = part.split('.').next().unwrap_or_default();
        PRIVATE.contains(&stem)
    });
    in_path
        || query.unwrap_or_default().split('&').any(|pair| {
            let name = pair
                .split('=')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            PRIVATE_QUERY.contains(&name.as_str())
        })
}

/// The group that a page belongs to: `/` for the first page, `/name` for a page of the top, `/name/*` for what lies under it.
pub fn group_of(path: &str) -> String {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (None, _) => "/".to_owned(),
        (Some(top), None) => format!("/{top}"),
        (Some(top), Some(_)) => format!("/{top}/*"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_or_changes_something_is_left_alone() {
        for path in [
            "/admin",
            "/en/Admin/users",
            "/wp-login.php",
            "/checkout/pay",
            "/login/",
            "/account/orders",
        ] {
            assert!(is_private(path, None), "{path}");
        }
        for path in [
            "/",
            "/checkout",
            "/products/user-guide",
            "/administration-fees",
            "/blog/login-tips",
        ] {
            assert!(!is_private(path, None), "{path}");
        }
        assert!(is_private("/shop", Some("page=2&add-to-cart=7")));
        assert!(is_private("/shop", Some("Token=abc")));
        assert!(!is_private("/shop", Some("page=2&sort=price")));
    }

    #[test]
    fn pages_fall_into_groups_by_the_first_part_of_their_path() {
        assert_eq!(group_of("/"), "/");
        assert_eq!(group_of("/about"), "/about");
        assert_eq!(group_of("/products/"), "/products");
        assert_eq!(group_of("/products/tea/green"), "/products/*");
    }
}
