// j, k, / and ? in the lists: only once the person asked for them (WCAG 2.1.4), never while they write.
const COOKIE = "raccourcis=1";
const WRITING = "input, textarea, select, [contenteditable], dialog[open]";

const isOn = () => document.cookie.split("; ").includes(COOKIE);
const links = () => [...document.querySelectorAll("[data-keys] .row-title")];

function move(step) {
  const all = links();
  const now = all.indexOf(document.activeElement);
  all.at(now < 0 ? (step > 0 ? 0 : -1) : Math.min(Math.max(now + step, 0), all.length - 1))?.focus();
}

function open() {
  const dialog = document.getElementById("keys");
  document.getElementById("keys-on").checked = isOn();
  dialog?.showModal();
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  "/": () => document.querySelector("[role=search] [type=search]")?.focus(),
  "?": open,
};

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
  if (!plain || !isOn() || event.target.closest(WRITING) || !(event.key in ACTS)) return;
  event.preventDefault();
  ACTS[event.key]();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-open]")) open();
});
document.addEventListener("change", (event) => {
  if (event.target.id !== "keys-on") return;
  const age = event.target.checked ? 365 * 24 * 60 * 60 : 0;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${COOKIE}; path=/; max-age=${age}; samesite=strict${secure}`;
});

const show = () => document.querySelectorAll("[data-keys-open]").forEach((button) => (button.hidden = false));
show();
document.addEventListener("htmx:afterSettle", show);
