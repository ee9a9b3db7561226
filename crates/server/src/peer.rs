//! From which address a request comes.

use axum::http::{Extensions, HeaderMap};
use std::net::IpAddr;

/// The other end of a connection; put there by who accepted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// What counts as one place: an address, and of version 6 the network of one customer, who has as many addresses as they like.
pub fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let network = u128::from(six) & !u128::from(u64::MAX);
            IpAddr::V6(network.into())
        }
        four @ IpAddr::V4(_) => four,
    }
}

/// The address of who asks: the other end, or what our own proxies say of whom they ask for (`TRUSTED_PROXIES`).
pub fn address(extensions: &Extensions, headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let Peer(peer) = *extensions.get()?;
    if !proxies.contains(&peer) {
        return Some(peer);
    }
    let told = headers.get_all("x-forwarded-for").into_iter();
    let told = told.filter_map(|value| value.to_str().ok());
    let told: Vec<&str> = told.flat_map(|value| value.split(',')).collect();
    // Each proxy adds whom it heard at the end; what stands before the first foreign one is anybody's word.
    let mut nearest = peer;
    for text in told.iter().rev() {
        let Ok(address) = text.trim().parse() else {
            break;
        };
        nearest = address;
        if !proxies.contains(&address) {
            break;
        }
    }
    Some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_version_6_is_one_place() {
        let of = |text: &str| place(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(of("203.0.113.9"), "203.0.113.9");
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let proxies: Vec<IpAddr> = ["127.0.0.1", "10.0.0.2"]
            .map(|text| text.parse().unwrap())
            .into();
        let of = |peer: &str, told: &[&'static str]| {
            let mut extensions = Extensions::new();
            extensions.insert(Peer(peer.parse().unwrap()));
            let mut headers = HeaderMap::new();
            for one in told {
                headers.append("x-forwarded-for", one.parse().unwrap());
            }
            address(&extensions, &headers, &proxies)
                .unwrap()
                .to_string()
        };
        assert_eq!(of("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(of("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        // What the client wrote itself stands first.
        assert_eq!(
            of("127.0.0.1", &["192.0.2.7, 198.51.100.1"]),
            "198.51.100.1"
        );
        let through = ["192.0.2.7", "198.51.100.1, 10.0.0.2"];
        assert_eq!(of("127.0.0.1", &through), "198.51.100.1");
        assert_eq!(of("127.0.0.1", &["nonsense"]), "127.0.0.1");
        assert!(address(&Extensions::new(), &HeaderMap::new(), &proxies).is_none());
    }
}
