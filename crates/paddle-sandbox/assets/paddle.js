// The sandbox's own Paddle.js: the calls and events of the real one, against this sandbox only.
(() => {
  "use strict";

  const home = new URL(document.currentScript.src).origin;
  const state = { options: null, open: null };

  function emit(event) {
    const callback = state.options && state.options.eventCallback;
    if (typeof callback === "function") callback(event);
  }

  function fail(code, detail) {
    emit({
      name: "checkout.error",
      type: "request_error",
      code,
      detail,
      documentation_url: `https://developer.paddle.com/errors/checkout/${code}`,
      error: { type: "request_error", code, detail },
    });
  }

  function frameAddress(request, settings) {
    const address = new URL("/checkout/frame", home);
    const query = address.searchParams;
    query.set("transaction_id", request.transactionId);
    query.set("origin", location.origin);
    query.set("token", state.options.token || "");
    if (settings.theme) query.set("theme", settings.theme);
    if (request.customer && request.customer.email) query.set("email", request.customer.email);
    if (request.customData) query.set("custom_data", JSON.stringify(request.customData));
    return address.href;
  }

  function target(settings) {
    if (settings.displayMode !== "inline") return null;
    const name = settings.frameTarget || "";
    return document.getElementsByClassName(name)[0] || document.getElementById(name);
  }

  // Styles go through the object model: a strict style-src allows that and nothing inline.
  function dress(frame, settings, inline) {
    if (inline) {
      frame.style.border = "0";
      frame.style.width = "100%";
      frame.style.height = `${settings.frameInitialHeight || 450}px`;
      if (settings.frameStyle) frame.style.cssText += `;${settings.frameStyle}`;
      return;
    }
    Object.assign(frame.style, {
      position: "fixed",
      inset: "0",
      width: "100%",
      height: "100%",
      border: "0",
      margin: "0",
      zIndex: "2147483647",
    });
  }

  // The page behind an overlay must not take the focus.
  function quiet(frame) {
    const quieted = [...document.body.children].filter((node) => node !== frame && !node.inert);
    for (const node of quieted) node.inert = true;
    return quieted;
  }

  function open(request) {
    if (!state.options) {
      console.error("[Paddle sandbox] Call Paddle.Initialize first.");
      return;
    }
    const defaults = (state.options.checkout && state.options.checkout.settings) || {};
    const settings = { ...defaults, ...((request && request.settings) || {}) };
    if (!request || !request.transactionId) {
      fail("transaction_required", "The sandbox opens checkouts by transactionId only.");
      return;
    }
    close();
    const box = target(settings);
    if (settings.displayMode === "inline" && !box) {
      fail("frame_target_missing", "There is no element for frameTarget.");
      return;
    }
    const frame = document.createElement("iframe");
    frame.name = "paddle_frame";
    frame.title = "Checkout";
    frame.className = "paddle-frame";
    frame.allow = "payment";
    dress(frame, settings, Boolean(box));
    const before = document.activeElement;
    const opened = { frame, settings, before, inline: Boolean(box), quieted: [], data: null, paid: false };
    state.open = opened;
    frame.addEventListener("load", () => {
      // Once the form has the focus, asking again would take it from its heading.
      const wanted = state.open === opened && !opened.inline;
      if (wanted && document.activeElement !== frame) frame.focus();
    });
    frame.src = frameAddress(request, settings);
    (box || document.body).append(frame);
    if (!opened.inline) opened.quieted = quiet(frame);
  }

  function close() {
    const opened = state.open;
    if (!opened) return;
    state.open = null;
    clearTimeout(opened.timer);
    for (const node of opened.quieted) node.inert = false;
    opened.frame.remove();
    const before = opened.before;
    if (!opened.inline && before && before.isConnected && before !== document.body) {
      before.focus({ preventScroll: true });
    }
    emit({ name: "checkout.closed", data: opened.data });
    if (opened.paid) leave(opened);
  }

  function leave(opened) {
    if (opened.settings.successUrl) location.assign(opened.settings.successUrl);
  }

  function receive(opened, event) {
    if (event.data) opened.data = event.data;
    emit(event);
    if (event.name === "checkout.completed") {
      opened.paid = true;
      // Long enough to read that it worked; the button in the frame is faster.
      if (opened.settings.successUrl) opened.timer = setTimeout(() => leave(opened), 1500);
    }
  }

  window.addEventListener("message", (message) => {
    const opened = state.open;
    if (!opened || message.origin !== home) return;
    if (message.source !== opened.frame.contentWindow) return;
    const note = message.data;
    if (!note || note.source !== "paddle-sandbox") return;
    if (note.event) receive(opened, note.event);
    if (note.command === "close") close();
    if (note.height && opened.inline) opened.frame.style.height = `${note.height}px`;
  });

  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.open && !state.open.inline) close();
  });

  const Paddle = {
    Environment: {
      set(environment) {
        if (environment !== "sandbox") {
          console.warn("[Paddle sandbox] This script knows the sandbox only.");
        }
      },
    },
    Initialize(options) {
      if (!options || typeof options.token !== "string") {
        throw new Error("[Paddle sandbox] Initialize needs a token.");
      }
      state.options = options;
      Paddle.Initialized = true;
    },
    Update(options) {
      state.options = { ...state.options, ...options };
    },
    Initialized: false,
    Checkout: { open, close },
    Status: { libraryVersion: "sandbox-1.0.0" },
  };

  window.Paddle = Paddle;
})();
