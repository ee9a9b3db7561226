//! Paddle.js in the page: loaded when it is needed, opened for one transaction, its events handed on.

use crate::dom;
use domain::checkout::ProviderClient;
use js_sys::{Function, Object, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What Paddle's form says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormEvent {
    /// It is open.
    Loaded,
    /// It says that the payment is made. Good enough to wait for, not to grant anything.
    Completed,
    /// It was closed.
    Closed,
    /// It could not go on.
    Failed,
}

/// Paddle.js could not be loaded or does not answer as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Paddle's form could not be loaded. Nothing was charged. Check your connection or content blocker, then try again."
)]
pub struct FormError;

impl From<JsValue> for FormError {
    fn from(_: JsValue) -> Self {
        Self
    }
}

type Listener = Rc<dyn Fn(FormEvent)>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
    static INITIALISED: Cell<bool> = const { Cell::new(false) };
}

fn paddle() -> Option<JsValue> {
    let window = web_sys::window()?;
    Reflect::get(&window, &"Paddle".into())
        .ok()
        .filter(JsValue::is_object)
}

fn call(target: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, FormError> {
    let function: Function = Reflect::get(target, &name.into())?
        .dyn_into()
        .map_err(|_| FormError)?;
    Ok(function.call1(target, argument)?)
}

/// Loads the script once.
async fn load(url: &str) -> Result<JsValue, FormError> {
    if let Some(paddle) = paddle() {
        return Ok(paddle);
    }
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or(FormError)?;
    let head = document.head().ok_or(FormError)?;
    let script: web_sys::HtmlScriptElement = document
        .create_element("script")?
        .dyn_into()
        .map_err(|_| FormError)?;
    script.set_src(url);
    let loaded = Promise::new(&mut |accept, refuse| {
        script.set_onload(Some(&accept));
        script.set_onerror(Some(&refuse));
    });
    head.append_child(&script)?;
    if JsFuture::from(loaded).await.is_err() {
        // Taken out again, so that the next try really loads.
        script.remove();
        return Err(FormError);
    }
    paddle().ok_or(FormError)
}

fn object(entries: &[(&str, JsValue)]) -> Result<JsValue, FormError> {
    let object = Object::new();
    for (key, value) in entries {
        Reflect::set(&object, &JsValue::from_str(key), value)?;
    }
    Ok(object.into())
}

fn initialise(paddle: &JsValue, client: &ProviderClient) -> Result<(), FormError> {
    if INITIALISED.get() {
        return Ok(());
    }
    if client.environment == "sandbox" {
        let environment = Reflect::get(paddle, &"Environment".into())?;
        call(&environment, "set", &"sandbox".into())?;
    }
    let heard = Closure::<dyn Fn(JsValue)>::new(|event: JsValue| {
        let name = Reflect::get(&event, &"name".into())
            .ok()
            .and_then(|name| name.as_string());
        let event = match name.as_deref() {
            Some("checkout.loaded") => FormEvent::Loaded,
            Some("checkout.completed") => FormEvent::Completed,
            Some("checkout.closed") => FormEvent::Closed,
            Some("checkout.error") => FormEvent::Failed,
            _ => return,
        };
        // Taken out of the cell first: what listens may open or close the form.
        let listener = LISTENER.with_borrow(Clone::clone);
        if let Some(listener) = listener {
            listener(event);
        }
    });
    let options = object(&[
        ("token", client.client_token.as_str().into()),
        ("eventCallback", heard.as_ref().clone()),
    ])?;
    call(paddle, "Initialize", &options)?;
    // Paddle.js keeps it as long as the page lives.
    heard.forget();
    INITIALISED.set(true);
    Ok(())
}

/// Opens Paddle's form for a transaction that the server made; the browser chooses nothing about it.
pub async fn open(
    client: &ProviderClient,
    transaction: &str,
    listener: impl Fn(FormEvent) + 'static,
) -> Result<(), FormError> {
    let paddle = load(&client.script_url).await?;
    initialise(&paddle, client)?;
    LISTENER.set(Some(Rc::new(listener)));
    let settings = object(&[
        ("displayMode", "overlay".into()),
        (
            "theme",
            if dom::is_dark() { "dark" } else { "light" }.into(),
        ),
        ("allowLogout", JsValue::FALSE),
        ("showAddDiscounts", JsValue::FALSE),
    ])?;
    let order = object(&[
        ("transactionId", transaction.into()),
        ("settings", settings),
    ])?;
    let checkout = Reflect::get(&paddle, &"Checkout".into())?;
    call(&checkout, "open", &order)?;
    Ok(())
}
