// Lists that change without reloading the page (htmx). Whatever goes wrong, the browser goes there itself.
const announcement = document.createElement("p");
announcement.className = "visually-hidden";
announcement.setAttribute("role", "status");
document.body.append(announcement);

const leave = (event) => {
  event.preventDefault();
  location.assign(event.detail.xhr.responseURL || event.detail.pathInfo.finalRequestPath);
};

// An ended session, or any page that is not a list, is shown whole.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseText.includes("data-live-list")) leave(event);
});
document.addEventListener("htmx:sendError", leave);
document.addEventListener("htmx:afterSettle", () => {
  announcement.textContent = document.querySelector("[data-announce]")?.textContent ?? "Aucune ligne";
});
