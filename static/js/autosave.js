// Keeps a draft on the server while it is typed: <form data-autosave="address">, and
// [data-autosave-status] where it says so. Nothing is kept on the machine: another may sit there next.
// Each save has a name of its own (`mark`); `known` lists those that this page has seen or made, so
// that the server refuses (409) to overwrite what another tab wrote.
const PAUSE = 1500;
const AGAIN = 10000;
const form = document.querySelector("form[data-autosave]");
const status = document.querySelector("[data-autosave-status]");
const known = form.elements.namedItem("known");

const OFFLINE = "Pas de connexion : ce que vous avez écrit reste dans cette page. Ne la fermez pas, l’enregistrement reprendra seul.";
const SIGNED_OUT = "Votre session est terminée. Reconnectez-vous dans un autre onglet puis revenez ici : ce que vous avez écrit reste dans cette page.";
const REFUSED = "L’enregistrement a échoué : ce que vous avez écrit reste dans cette page. Un nouvel essai suit.";
const ELSEWHERE = "Cette page a été modifiée dans un autre onglet. Rien n’est écrasé : enregistrez pour comparer les deux versions.";
const GONE = "Ce brouillon n’existe plus : il a été envoyé ou supprimé.";

let typed = 0; // how often something changed
let kept = 0; // what `typed` was when the server last kept it
let timer;
let sending = null;
let stopped = false;
let leaving = false;

const unsent = () => typed !== kept && !stopped;

function say(text, kind) {
  if (status.textContent !== text) status.textContent = text; // a reader says each change aloud
  status.dataset.kind = kind;
}

function content() {
  const mark = Date.now().toString(36) + Math.random().toString(36).slice(2, 10);
  const data = new FormData(form);
  data.set("mark", mark);
  // The answer may never arrive: this save is known from now on.
  known.value = [...known.value.split(" ").slice(-19), mark].join(" ").trim();
  return data;
}

async function renewToken() {
  // After a new sign-in the page's token is out of date; the same page read again has a fresh one.
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = fresh.querySelector("form[data-autosave] [name=csrfmiddlewaretoken]");
  if (token) form.elements.namedItem("csrfmiddlewaretoken").value = token.value;
  return Boolean(token);
}

async function send(renewed = false) {
  const upTo = typed;
  const answer = await fetch(form.dataset.autosave, { method: "POST", body: content(), redirect: "manual" });
  if (answer.ok) {
    kept = upTo;
    say((await answer.json()).saved, "done");
  } else if (answer.type === "opaqueredirect") {
    say(SIGNED_OUT, "warn");
  } else if (answer.status === 403 && !renewed) {
    if (await renewToken()) return send(true);
    say(SIGNED_OUT, "warn");
  } else if (answer.status === 409 || answer.status === 404) {
    stopped = true;
    say(answer.status === 409 ? ELSEWHERE : GONE, "warn");
  } else {
    say(REFUSED, "warn");
  }
}

// One save at a time; a failure is tried again, the page keeps what was typed.
async function save() {
  clearTimeout(timer);
  if (sending) await sending;
  if (stopped) return;
  sending = send().catch(() => say(OFFLINE, "warn"));
  await sending;
  sending = null;
  if (unsent()) timer = setTimeout(save, AGAIN);
}

function changed() {
  typed += 1;
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
window.addEventListener("online", () => unsent() && save());
window.addEventListener("focus", () => unsent() && save());

// The page goes away, or may never come back (a telephone): a last save that outlives it.
function leave() {
  if (unsent() && !leaving) navigator.sendBeacon(form.dataset.autosave, content());
}
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
window.addEventListener("beforeunload", (event) => {
  if (unsent() && !leaving && status.dataset.kind === "warn") event.preventDefault();
});
window.addEventListener("pageshow", () => {
  leaving = false;
});

// A button saves first: without a connection one stays on the page, with what was typed.
form.addEventListener("submit", async (event) => {
  if (leaving || stopped) return;
  event.preventDefault();
  const button = event.submitter;
  typed += 1;
  await save();
  if (unsent()) {
    status.scrollIntoView({ block: "nearest" });
    return;
  }
  leaving = true;
  form.requestSubmit(button);
});
