//! A text field with its label and its hint.

use leptos::prelude::*;

/// One line of text; `longest` is in characters.
pub fn text_field(
    id: &'static str,
    label: &'static str,
    value: RwSignal<String>,
    longest: usize,
    hint: &'static str,
) -> AnyView {
    let hint_id = id.to_owned() + "-hint";
    let described = hint_id.clone();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input id=id type="text" maxlength=longest.to_string() autocomplete="off" aria-describedby=described
                prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}
