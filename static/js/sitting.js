// Séance mode: the clock of a point, and Alt with Page Up or Page Down to go from one point to the
// next. Without this script the hours are in the title and the links do the same.
const TICK = 15000;
const HALF_A_DAY = 12 * 60;
const clock = document.querySelector("[data-clock]");

// The séance's hours are those of Paris, wherever the machine believes it is.
const paris = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" });
const hour = (at) => paris.format(at).replace(":", "\u00a0h\u00a0").replace(/^0(?=\d)/, "");
const minutes = (count) => `${count}\u00a0minute${count > 1 ? "s" : ""}`;

function tell() {
  const now = new Date();
  const before = Math.ceil((new Date(clock.dataset.from) - now) / 60000);
  const left = Math.ceil((new Date(clock.dataset.to) - now) / 60000);
  clock.hidden = before > HALF_A_DAY || left < -HALF_A_DAY;
  clock.classList.toggle("clock-over", left <= 0);
  if (before > 0) clock.textContent = `Il est ${hour(now)}\u00a0: ce point commence dans ${minutes(before)}`;
  else if (left > 0) clock.textContent = `Il est ${hour(now)}\u00a0: encore ${minutes(left)}`;
  else clock.textContent = `Il est ${hour(now)}\u00a0: temps dépassé${left < 0 ? ` de ${minutes(-left)}` : ""}`;
}

if (clock) {
  tell();
  setInterval(tell, TICK);
}

const WAYS = { PageUp: "prev", PageDown: "next" };
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !(event.key in WAYS)) return;
  const link = document.querySelector(`.page-actions a[rel=${WAYS[event.key]}]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
