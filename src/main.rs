//! Starts the console in the page.

use std::time::Duration;
use webriskops::{app::App, dom};

/// How long what the server wrote may stand in for a page that does not come.
const LONGEST_STAND_IN: Duration = Duration::from_secs(15);

fn main() {
    // What is on the page stays there and answers nothing any more: say so.
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        dom::say_stopped();
    }));
    if dom::boot_has_figures() {
        leptos::prelude::set_timeout(dom::remove_boot, LONGEST_STAND_IN);
    } else {
        dom::remove_boot();
    }
    leptos::mount::mount_to_body(App);
}
