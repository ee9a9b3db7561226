//! Starts the console in the page.

fn main() {
    console_error_panic_hook::set_once();
    webriskops::dom::remove_boot();
    leptos::mount::mount_to_body(webriskops::app::App);
}
