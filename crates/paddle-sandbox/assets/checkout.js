// The checkout form: sends it, shows the outcome, and tells the page around the frame.
(() => {
  "use strict";

  const main = document.getElementById("checkout");
  if (!main) return;
  const find = (id) => document.getElementById(id);
  const { state, transaction, origin } = main.dataset;
  const framed = origin !== "" && window.parent !== window;
  let data = JSON.parse(main.dataset.event || "null");
  let busy = false;

  function tell(note) {
    // To the one page that opened the frame and to no other.
    if (framed) window.parent.postMessage({ source: "paddle-sandbox", ...note }, origin);
  }

  function event(name, extra) {
    tell({ event: { name, data, ...extra } });
  }

  function problem(name, code, detail) {
    event(name, {
      type: "request_error",
      code,
      detail,
      documentation_url: `https://developer.paddle.com/errors/checkout/${code}`,
      error: { type: "request_error", code, detail },
    });
  }

  function grow() {
    tell({ height: document.documentElement.scrollHeight });
  }

  function show(section) {
    for (const id of ["form", "bank", "done"]) {
      const node = find(id);
      if (node) node.hidden = id !== section;
    }
    const title = find(`${section}-title`);
    if (title) title.focus();
    grow();
  }

  function say(text) {
    find("error").textContent = text;
    grow();
  }

  function fields() {
    return Object.fromEntries(new FormData(find("form")));
  }

  function clearErrors() {
    say("");
    for (const input of find("form").elements) {
      input.removeAttribute("aria-invalid");
      const place = find(`${input.name}-error`);
      if (place) place.textContent = "";
    }
  }

  function showErrors(errors) {
    for (const { field, message } of errors) {
      const place = find(`${field}-error`);
      if (place) place.textContent = message;
      find(field).setAttribute("aria-invalid", "true");
    }
    find(errors[0].field).focus();
    grow();
  }

  async function send(step, body) {
    const response = await fetch(`/checkout/api/transactions/${transaction}/${step}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!answer.outcome) throw new Error(`status ${response.status}`);
    if (answer.event) data = answer.event;
    return answer;
  }

  function customData() {
    try {
      return JSON.parse(main.dataset.custom || "null");
    } catch {
      return null;
    }
  }

  async function submit(bank) {
    if (busy) return;
    busy = true;
    main.setAttribute("aria-busy", "true");
    clearErrors();
    try {
      await attempt({ ...fields(), bank, custom_data: customData() });
    } catch {
      show("form");
      say("The payment could not be sent. Try again.");
      problem("checkout.payment.error", "payment_error", "The payment could not be sent.");
    } finally {
      busy = false;
      main.removeAttribute("aria-busy");
    }
  }

  async function attempt(body) {
    if (!body.bank) {
      const known = data.customer.id;
      const named = await send("customer", body);
      if (named.outcome !== "ready") {
        settle(named);
        return;
      }
      if (!known) event("checkout.customer.created");
      event("checkout.payment.initiated");
    }
    settle(await send("pay", body));
  }

  function settle(answer) {
    switch (answer.outcome) {
      case "invalid":
        showErrors(answer.errors);
        break;
      case "confirm":
        show("bank");
        break;
      case "declined":
        show("form");
        say(answer.message);
        find("card_number").focus();
        event("checkout.payment.failed");
        break;
      case "completed":
        show("done");
        event("checkout.completed");
        break;
      default:
        // Somebody else was faster, or the shop canceled it: show what is true now.
        location.reload();
    }
  }

  function close() {
    tell({ command: "close" });
  }

  const actions = {
    close,
    confirm: () => submit("confirmed"),
    refuse: () => submit("refused"),
  };
  for (const [id, action] of Object.entries(actions)) {
    const button = find(id);
    if (button) button.addEventListener("click", action);
  }
  const back = find("back");
  if (back && back.tagName === "BUTTON") back.addEventListener("click", close);
  if (framed) {
    window.addEventListener("keydown", (pressed) => {
      if (pressed.key === "Escape") close();
    });
  }
  const form = find("form");
  if (form) {
    form.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      submit("");
    });
  }

  if (state === "token") {
    problem("checkout.error", "forbidden", "The client token is wrong.");
  } else if (state === "missing") {
    problem("checkout.error", "transaction_not_found", "This checkout does not exist.");
  } else {
    event("checkout.loaded");
    if (state === "canceled") problem("checkout.warning", "transaction_canceled", "Canceled.");
  }
  if (framed) {
    const title = main.querySelector("h1");
    title.focus();
    // The page may hand over the focus only after this script has run.
    window.addEventListener("focus", () => {
      if (document.activeElement === document.body) title.focus();
    });
  }
  grow();
})();
