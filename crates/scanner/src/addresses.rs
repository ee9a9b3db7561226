//! Which network addresses may be connected to: public ones alone, decided where the connection is made, so that a name
//! that changes its address between two looks changes nothing.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// A name has no address that may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to a private network address")]
pub struct PrivateAddress;

/// One server that answers for every name under a suffix: the sample shop of the demonstration, whose names are in no
/// directory. The only way to reach an address that is not public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    suffix: String,
    address: SocketAddr,
}

/// A setting that does not read as `SUFFIX=ADDRESS:PORT`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be NAME=ADDRESS:PORT, for example example=127.0.0.1:8070, not {0:?}")]
pub struct BadStandIn(String);

impl std::str::FromStr for StandIn {
    type Err = BadStandIn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadStandIn(text.to_owned());
        let (suffix, address) = text.split_once('=').ok_or_else(bad)?;
        let fits = !suffix.is_empty()
            && suffix
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let address = address.parse().map_err(|_| bad())?;
        fits.then(|| Self {
            suffix: suffix.to_ascii_lowercase(),
            address,
        })
        .ok_or_else(bad)
    }
}

impl StandIn {
    fn covers(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        name == self.suffix
            || name
                .strip_suffix(&self.suffix)
                .is_some_and(|rest| rest.ends_with('.'))
    }
}

/// Looks names up and leaves out every address that is not public.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// The server of the demonstration, if there is one.
    pub stand_in: Option<StandIn>,
}

impl Addresses {
    /// Whether an address may be asked for at all, as far as it can be seen from the address itself: numbers never pass
    /// through a look-up.
    pub fn allows(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(ip)) => is_public(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => is_public(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => true,
            None => false,
        }
    }
}

impl Resolve for Addresses {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let stand_in = self
            .stand_in
            .as_ref()
            .filter(|stand_in| stand_in.covers(&name))
            .map(|stand_in| stand_in.address);
        Box::pin(async move {
            if let Some(address) = stand_in {
                return Ok(Box::new(std::iter::once(address)) as Addrs);
            }
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|address| is_public(address.ip()))
                .collect();
            if found.is_empty() {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

const fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = a == 0
        || (a == 100 && b >= 64 && b < 128)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 224;
    !(special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

/// Only `2000::/3` is handed out; within it, ranges that lead to IPv4 addresses or to nobody are left out.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let [first, second, ..] = ip.segments();
    let handed_out = first & 0xe000 == 0x2000;
    let special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        || first == 0x2002
        || first == 0x3fff;
    handed_out && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_pass() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn numbers_in_any_spelling_are_seen_through() {
        let addresses = Addresses::default();
        for url in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
        ] {
            assert!(!addresses.allows(&url.parse().unwrap()), "{url}");
        }
        assert!(addresses.allows(&"http://1.1.1.1/".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused_where_the_connection_is_made() {
        let refused = Addresses::default()
            .resolve("localhost".parse().unwrap())
            .await;
        assert!(refused.is_err_and(|error| error.is::<PrivateAddress>()));
    }

    #[tokio::test]
    async fn the_stand_in_answers_for_its_names_alone() {
        let stand_in: StandIn = "example=127.0.0.1:8070".parse().unwrap();
        assert!(stand_in.covers("shop.northwind.Example.") && stand_in.covers("example"));
        assert!(!stand_in.covers("notexample") && !stand_in.covers("example.org"));
        let addresses = Addresses {
            stand_in: Some(stand_in),
        };
        let found: Vec<_> = addresses
            .resolve("a.example".parse().unwrap())
            .await
            .unwrap_or_else(|_| Box::new(std::iter::empty()))
            .collect();
        assert_eq!(found, ["127.0.0.1:8070".parse().unwrap()]);
        for bad in [
            "example",
            "=127.0.0.1:1",
            "a b=127.0.0.1:1",
            "example=localhost:1",
        ] {
            assert!(bad.parse::<StandIn>().is_err(), "{bad}");
        }
    }
}
