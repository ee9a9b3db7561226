//! Values that are derived from others.

use leptos::prelude::*;
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;
use std::sync::Arc;

/// A value that is derived from others and wakes who follows it only when it changes.
///
/// It does what a memo does. To the reactive graph all of them are memos of one type, so that what keeps them up to date is
/// in the program once and not once for each kind of value.
pub struct Slice<T> {
    made: Memo<Made>,
    of: PhantomData<fn() -> T>,
}

/// A value whose type only its slice knows.
#[derive(Clone)]
struct Made(Arc<dyn Any + Send + Sync>);

type Make = Box<dyn Fn(Option<Made>) -> (Made, bool) + Send + Sync>;

/// Not part of [`Slice::new`], so that it exists once.
fn remembered(make: Make) -> Memo<Made> {
    Memo::new_owning(make)
}

impl<T: PartialEq + Send + Sync + 'static> Slice<T> {
    /// The value that this makes, given the one before; made when somebody asks for it, and again when what it read changes.
    pub fn new(make: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let make: Make = Box::new(move |before| {
            let old = before.as_ref().and_then(|made| made.0.downcast_ref::<T>());
            let now = make(old);
            match before {
                Some(same) if same.0.downcast_ref::<T>() == Some(&now) => (same, false),
                _ => (Made(Arc::new(now)), true),
            }
        });
        Self {
            made: remembered(make),
            of: PhantomData,
        }
    }
}

impl<T> Clone for Slice<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Slice<T> {}

impl<T> fmt::Debug for Slice<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slice")
    }
}

impl<T> DefinedAt for Slice<T> {
    fn defined_at(&self) -> Option<&'static Location<'static>> {
        self.made.defined_at()
    }
}

impl<T> Track for Slice<T> {
    fn track(&self) {
        self.made.track();
    }
}

impl<T: Send + Sync + 'static> ReadUntracked for Slice<T> {
    type Value = Arc<T>;

    fn try_read_untracked(&self) -> Option<Arc<T>> {
        self.made.try_get_untracked()?.0.downcast().ok()
    }
}

impl<T: Clone + Send + Sync + 'static> From<Slice<T>> for Signal<T> {
    fn from(slice: Slice<T>) -> Self {
        Self::derive(move || slice.get())
    }
}

impl<T: Clone + RenderHtml + Send + Sync + 'static> IntoRender for Slice<T> {
    type Output = AnyView;

    fn into_render(self) -> AnyView {
        (move || self.get()).into_any()
    }
}
