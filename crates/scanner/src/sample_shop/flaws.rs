//! The flaws that the shop can have; each is named like the check that finds it.

use domain::keyed;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

keyed! {
    /// A flaw that can be repaired.
    pub enum Flaw {
        CspMissing = "csp_missing", "No content security policy";
        FrameProtection = "frame_protection", "Other sites can show the pages in a frame";
        MimeSniffing = "mime_sniffing", "Browsers may guess what files are";
        ReferrerPolicy = "referrer_policy", "Addresses of pages are told to other sites";
        PermissionsPolicy = "permissions_policy", "Camera, microphone and place are not ruled out";
        ServerVersion = "server_version", "The server tells which version it runs";
        CookieSecure = "cookie_secure", "The session cookie is not Secure";
        CookieHttpOnly = "cookie_http_only", "Scripts can read the session cookie";
        CookieSameSite = "cookie_same_site", "The session cookie has no SameSite";
        SubresourceIntegrity = "subresource_integrity", "A script from another site has no integrity hash";
        Trackers = "trackers", "A tracker loads before consent";
        LangMissing = "lang_missing", "The language of the pages is not said";
        TitleMissing = "title_missing", "The delivery page has no title";
        AlternativeText = "alternative_text", "Pictures of products have no alternative text";
        ControlLabels = "control_labels", "The fields of the contact form have no labels";
        LinkNames = "link_names", "The link to the basket has no name";
        HeadingOrder = "heading_order", "Headings of the blog skip a level";
        InlineContrast = "inline_contrast", "The banner of the sale can hardly be read";
        ZoomDisabled = "zoom_disabled", "Zooming is switched off";
        BrokenLinks = "broken_links", "A link leads to a page that is gone";
    }
}

/// The flaws that the shop has now; clones share them.
#[derive(Clone, Debug)]
pub struct Flaws(Arc<Mutex<BTreeSet<Flaw>>>);

impl Flaws {
    /// Every flaw.
    pub fn all() -> Self {
        Self(Arc::new(Mutex::new(Flaw::ALL.iter().copied().collect())))
    }

    /// Whether the shop has it.
    pub fn has(&self, flaw: Flaw) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&flaw)
    }

    /// Takes it away or brings it back.
    pub fn set(&self, flaw: Flaw, there: bool) {
        let mut flaws = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if there {
            flaws.insert(flaw);
        } else {
            flaws.remove(&flaw);
        }
    }
}
