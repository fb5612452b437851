// What every page does: search by "/", the cheat sheet by "?", menus, the theme.
import { isComposing, isWriting } from "./keys.js";

const keys = document.getElementById("keys");
const seek = document.getElementById("seek");
const openMenu = () => document.querySelector(".menu[open]");

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey || isWriting(event) || keys.open) return;
  if (event.key === "/" && seek && event.target !== seek) {
    event.preventDefault();
    seek.focus();
    seek.select();
  } else if ((event.key === "?" || event.key === "\uff1f") && !event.target.matches("textarea, input")) {
    event.preventDefault();
    keys.showModal();
  } else if (event.key === "Escape" && openMenu()) {
    const menu = openMenu();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open=keys]")) keys.showModal();
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// The theme changes at once: a page that is being worked in is not loaded again.
for (const button of document.querySelectorAll("button[name=theme]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.dataset.theme = button.value;
    document.cookie = `huashu_theme=${button.value}; path=/; max-age=31536000; samesite=lax`;
    for (const other of document.querySelectorAll("button[name=theme]")) other.setAttribute("aria-pressed", other === button);
  });
}

// Lists are narrowed as soon as a filter is chosen.
for (const form of document.querySelectorAll("[data-submits]")) {
  form.addEventListener("change", (event) => event.target.tagName === "SELECT" && form.requestSubmit());
}

// Work that takes a while says so, and is not asked for twice.
for (const form of document.querySelectorAll("[data-busy]")) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter ?? form.querySelector("button");
    setTimeout(() => {
      for (const other of form.querySelectorAll("button")) other.disabled = true;
      button.textContent = form.dataset.busy;
    });
  });
}
