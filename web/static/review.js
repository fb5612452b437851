// Deciding by one key: c confirms, r rejects once a reason stands there, n and p go on and back.
import { isComposing, isWriting } from "./keys.js";

const judged = () => [...document.querySelectorAll("[data-judged]")].filter((one) => one.querySelector("[data-decision]"));
const undecided = () => judged().filter((one) => one.querySelector("[data-decision=open]"));
let current = null;

const choose = (one) => {
  current?.classList.remove("is-current");
  current = one ?? null;
  if (!current) return;
  current.classList.add("is-current");
  current.scrollIntoView({ block: "center" });
};

/** What stands after the current one in this list, or before it; the ends stay. */
const beside = (list, step) => {
  if (!current) return list[0];
  const after = (one) => Boolean(current.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return step > 0 ? list.find(after) : list.findLast((one) => one !== current && !after(one));
};

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  const form = field?.closest(".decision form");
  if (field && event.key === "Escape") return field.blur();
  // Enter in the reason rejects: a confirmation needs none, and the first button of a form would take it otherwise.
  if (form && field.name === "reason" && event.key === "Enter") {
    event.preventDefault();
    return form.querySelector("[value=reject]").click();
  }
  if (field || isWriting(event)) return;
  if (event.key === "n" || event.key === "j") choose(beside(judged(), 1) ?? current);
  else if (event.key === "p" || event.key === "k") choose(beside(judged(), -1) ?? current);
  else if (event.key === "c") current?.querySelector("[data-decision=open] [data-key=c]")?.click();
  else if (event.key === "r") {
    const reason = current?.querySelector("[data-decision=open] [name=reason]");
    if (!reason) return;
    if (reason.value.trim()) current.querySelector("[data-key=r]").click();
    else reason.focus();
  } else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const one = event.target.closest("[data-judged]");
  if (one && one !== current) {
    current?.classList.remove("is-current");
    current = one;
    one.classList.add("is-current");
  }
});

// Once one is decided, the next that nobody decided is at hand.
document.addEventListener("htmx:after:swap", () => {
  if (!current?.isConnected || current.querySelector(".problem")) return;
  if (!current.querySelector("[data-decision=open]")) choose(beside(undecided(), 1) ?? undecided()[0] ?? current);
});

const named = location.hash && document.querySelector(location.hash)?.closest("[data-judged]");
choose(named || undecided()[0] || judged()[0]);
window.scrollTo({ top: named ? window.scrollY : 0 });
