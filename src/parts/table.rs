//! A table with its column heads. On a narrow panel each row becomes a card; explicit roles survive that.

use leptos::prelude::*;

/// The head of a column.
#[derive(Clone, Copy, Debug)]
pub enum Head {
    /// Words.
    Text(&'static str),
    /// Figures, with the classes of their cells.
    Figure(&'static str, &'static str),
    /// Only for people who listen: what stands in the column explains itself.
    Unseen(&'static str),
}

/// A table.
#[component]
pub fn Table(
    /// The heads of its columns.
    heads: &'static [Head],
    /// Its class.
    #[prop(optional)]
    class: &'static str,
    /// The rows.
    children: Children,
) -> AnyView {
    let heads: Vec<AnyView> = heads.iter().map(|head| column(*head)).collect();
    let class = (!class.is_empty()).then_some(class);
    view! {
        <table role="table" class=class>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{children()}</tbody>
        </table>
    }
    .into_any()
}

fn column(head: Head) -> AnyView {
    match head {
        Head::Text(label) => view! { <th role="columnheader" scope="col">{label}</th> }.into_any(),
        Head::Figure(label, class) => {
            view! { <th role="columnheader" scope="col" class=class>{label}</th> }.into_any()
        }
        Head::Unseen(label) => view! {
            <th role="columnheader" scope="col"><span class="visually-hidden">{label}</span></th>
        }
        .into_any(),
    }
}
