// A conversation: from finding to finding by key, the better reply copied.
import { copy } from "./clipboard.js";
import { isComposing } from "./keys.js";
import { toast } from "./toast.js";

const findings = [...document.querySelectorAll("[data-finding]")];
let at = -1;

function go(step) {
  const next = Math.min(findings.length - 1, Math.max(0, at + step));
  if (next === at || !findings.length) return;
  at = next;
  findings[at].focus({ preventScroll: true });
  findings[at].scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "o" && at >= 0) {
    const better = findings[at].querySelector("details");
    if (better) better.open = !better.open;
  }
});

document.addEventListener("focusin", (event) => {
  const found = findings.indexOf(event.target.closest("[data-finding]"));
  if (found >= 0) at = found;
});

for (const button of document.querySelectorAll(".copy-text")) {
  button.addEventListener("click", async () => toast((await copy(button.dataset.text)) ? "copied" : "failed"));
}
