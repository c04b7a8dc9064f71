// The anonymity guard beside a text, while one writes. The server re-reads; nothing is kept.
// Without this script, the same passages are shown when the form is sent.
const PAUSE = 900; // milliseconds without a key before the text is re-read

for (const guard of document.querySelectorAll("[data-rereading] [data-guard]")) {
  const form = guard.closest("form");
  const area = form.elements.namedItem(guard.dataset.guard);
  watch(guard, form, area, guard.closest("[data-rereading]").dataset.rereading);
}

function watch(guard, form, area, url) {
  const panel = guard.querySelector("[data-guard-review]");
  const status = guard.querySelector("[data-guard-status]");
  let timer = 0;
  let asked = 0;

  async function reread(button) {
    const rank = ++asked;
    const body = new URLSearchParams({
      csrfmiddlewaretoken: form.elements.namedItem("csrfmiddlewaretoken").value,
      field: area.name,
      text: area.value,
    });
    if (button) body.set(button.name, button.value);
    for (const reason of panel.querySelectorAll("input")) body.set(reason.name, reason.value);
    const before = area.value;
    let response;
    try {
      response = await fetch(url, { method: "POST", body });
    } catch {
      return false; // offline: the form will be re-read when it is sent
    }
    if (!response.ok || response.redirected) return false;
    const fragment = await response.text();
    // An answer to what was written since then is on its way.
    if (rank !== asked || area.value !== before) return true;
    show(fragment);
    return true;
  }

  function show(fragment) {
    const focused = panel.contains(document.activeElement) ? document.activeElement.name : "";
    panel.innerHTML = fragment;
    const better = panel.querySelector("[data-guard-text]");
    if (better) {
      area.value = better.content.textContent;
      better.remove();
      area.dispatchEvent(new Event("change", { bubbles: true }));
      area.focus();
    } else if (focused) {
      const reason = panel.querySelector(`input[name="${CSS.escape(focused)}"]`);
      if (reason) reason.closest("details").open = true;
      reason?.focus();
    }
    const count = panel.querySelectorAll("li").length;
    status.textContent =
      count === 0 ? "" : count === 1 ? "Un passage à relire." : `${count} passages à relire.`;
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => reread(), PAUSE);
  });
  panel.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name=guard-replace]");
    if (!button) return;
    event.preventDefault();
    if (!(await reread(button))) form.requestSubmit(button);
  });
}
