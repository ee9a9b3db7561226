// The server and the event stream as tests want them, and a reader of the page that knows roles and names.

let answers = {};
let held = {};
let calls = [];
let streams = [];

export function stage(path, account) {
  answers = {};
  held = {};
  calls = [];
  streams = [];
  sessionStorage.clear();
  sessionStorage.setItem("account", account);
  history.replaceState(null, "", path);
  window.EventSource = class extends EventTarget {
    constructor() { super(); streams.push(this); }
    close() { streams = streams.filter((stream) => stream !== this); }
  };
  window.fetch = async (request) => {
    const name = request.method + " " + new URL(request.url).pathname.replace("/api/v1", "");
    const body = request.method === "GET" ? "" : await request.text();
    calls.push({ name, body, key: request.headers.get("Idempotency-Key") ?? "" });
    const answer = answers[name] ?? { status: 404, body: "{}" };
    await held[name]?.promise;
    if (answer.lost) throw new TypeError("lost");
    return new Response(answer.body, { status: answer.status, headers: { "content-type": "application/json" } });
  };
  document.querySelector("#live")?.remove();
  const live = document.createElement("div");
  live.id = "live";
  document.body.append(live);
}

export function set_answer(name, status, body) { answers[name] = { status, body }; }
export function lose(name) { answers[name] = { lost: true }; }
export function hold(name) {
  let go;
  const promise = new Promise((resolve) => { go = resolve; });
  held[name] = { promise, go };
}
export function let_go(name) {
  held[name].go();
  delete held[name];
}
const of = (name) => calls.filter((call) => call.name === name);
export function asked(name) { return of(name).length; }
export function bodies(name) { return of(name).map((call) => call.body); }
export function keys(name) { return of(name).map((call) => call.key); }
export function tell(kind, data) { for (const stream of streams) stream.dispatchEvent(new MessageEvent(kind, { data })); }
export function soon() { return new Promise((resolve) => setTimeout(resolve, 10)); }

// What has a role without saying so.
const IMPLIED = {
  article: "article", button: "button", cell: "td", checkbox: "input[type=checkbox]", columnheader: "th[scope=col]",
  combobox: "select", form: "form", group: "fieldset, details", heading: "h1, h2, h3", link: "a[href]", list: "ul, ol",
  listitem: "li", radio: "input[type=radio]", region: "section[aria-labelledby]", row: "tr", rowheader: "th[scope=row]",
  table: "table", textbox: "input[type=email], input[type=password], input[type=text]",
};
const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const byIds = (ids) => ids.split(" ").map((id) => document.getElementById(id)?.textContent).join(" ");

function name_of(element) {
  const ids = element.getAttribute("aria-labelledby");
  if (ids) return tidy(byIds(ids));
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent;
  return tidy(label ?? element.querySelector(":scope > legend")?.textContent ?? element.textContent);
}

export function find(root, role, name) {
  const selector = [`[role=${role}]`, IMPLIED[role]].filter(Boolean).join(", ");
  const there = (element) => (element.getAttribute("role") ?? role) === role && !element.closest("[hidden]");
  return [...root.querySelectorAll(selector)].filter((element) => there(element) && name_of(element).includes(name));
}
export function text_of(element) { return tidy(element.innerText); }
export function description_of(element) { return tidy(byIds(element.getAttribute("aria-describedby") ?? "")); }
export function choose_option(select, label) {
  select.value = [...select.options].find((option) => tidy(option.textContent) === label).value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

export function translate(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    const outer = document.createElement("font");
    const inner = document.createElement("font");
    inner.textContent = text.data;
    outer.append(inner);
    text.replaceWith(outer);
  }
}
