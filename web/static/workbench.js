// The workbench: asks as the customer's words come in, puts replies together, copies them. It never sends.
import { fetchPart, sendForm, tell } from "./calls.js";
import { copy } from "./clipboard.js";
import * as found from "./found.js";
import { digitOf, isAlt, isComposing } from "./keys.js";
import * as reply from "./reply.js";
import { toast } from "./toast.js";

const PAUSE_MS = 150;
const SETTLED_MS = 2000; // nobody is typing any more: from here on the lookup counts
const form = document.getElementById("talk");
const text = document.getElementById("text");
const seek = document.getElementById("seek");
const pane = document.getElementById("suggestions");
const place = document.getElementById("place");
const send = document.getElementById("send");
const PLACE = "huashu.place";

let pause; // timer until the next lookup
let settling; // timer until the shown lookup counts
let asking = null; // how the lookup on its way is repeated so that it is remembered
let shown = { settle: null, id: null }; // the same for the one on the page; `id` is a promise once it counts
let takeWhenFound = false; // Enter was pressed before the answer was there
let warned = null; // the reply that was refused once for its blanks

form.elements.do[0].value = "draft";

// Asking

const later = (work) => {
  clearTimeout(pause);
  pause = setTimeout(work, PAUSE_MS);
};
const fields = (what, more = {}) => {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries({ do: what, ...more })) body.set(name, value);
  return body;
};
const ask = () => {
  clearTimeout(pause);
  pause = null;
  const body = fields("look");
  asking = text.value.trim() ? () => sendForm("/", body) : null;
  form.dispatchEvent(new CustomEvent("asked"));
};
const look = () => {
  pause = null;
  const address = `/search?q=${encodeURIComponent(seek.value)}&shop=${encodeURIComponent(shopOf(place.value))}`;
  asking = () => fetchPart(address);
  window.htmx.ajax("GET", `${address}&draft=1`, { target: pane, swap: "innerMorph", source: pane });
};
const shopOf = (value) => (value.startsWith("shop:") ? value.slice(5) : "");

/** The id of the lookup on the page; it is remembered now, if it was not before. */
const settle = () => {
  clearTimeout(settling);
  const lookup = shown;
  lookup.id ??= remember(lookup);
  return lookup.id;
};
const remember = async (lookup) => {
  try {
    return lookup.settle ? (await lookup.settle()).headers.get("X-Suggestion-Id") : null;
  } catch (error) {
    lookup.id = null; // the next attempt asks again
    throw error;
  }
};
const record = async (kind, more, lookup = settle()) => {
  try {
    const id = await lookup;
    if (id) await tell(id, kind, more);
    return Boolean(id);
  } catch {
    if (kind === "dismissed") toast("failed");
    return false;
  }
};
const onFound = () => {
  const given = pane.querySelector(".found")?.dataset.suggestionId;
  shown = { settle: asking, id: given ? Promise.resolve(given) : null };
  clearTimeout(settling);
  if (asking) settling = setTimeout(() => record("shown"), SETTLED_MS);
  found.refill();
  const count = found.cards().length;
  document.getElementById("found-count").textContent = count ? ` ${count}` : "";
  if (takeWhenFound) takeChosen();
};
document.addEventListener("htmx:after:swap", onFound);
document.addEventListener("htmx:error", () => navigator.onLine || toast("offline"));
window.addEventListener("online", ask);

// Answering

const take = (card) => {
  if (!card) return;
  found.choose(card);
  const lookup = settle(); // what comes in later is another one
  reply.take(card, lookup);
  document.getElementById("tab-talk").checked = true;
  record("inserted", { card_id: Number(card.dataset.card) }, lookup);
};
const takeChosen = () => {
  takeWhenFound = false;
  if (found.state() === "no_match") toast(text.dataset.unsure);
  else take(found.chosen());
};
const copyCard = async (card) => {
  if (await copy(found.wordsOf(card))) toast("copied");
  record("copied", { card_id: Number(card.dataset.card) });
};
const finish = async () => {
  const words = reply.box.value.trim();
  if (!words) return toast(send.dataset.nothing);
  if (reply.blanks().length && warned !== words) {
    warned = words; // once more sends it all the same
    reply.showBlank();
    return toast(document.getElementById("reply-note").textContent);
  }
  const isCopied = await copy(words);
  try {
    const [source] = reply.sources();
    const id = await (source?.lookup ?? settle());
    if (id && reply.isOwnWording()) tell(id, "edited", { card_id: source.card, text: words }).catch(() => {});
    const body = fields("sent", { suggestion_id: id ?? "", card_id: source && id ? source.card : "" });
    const response = await sendForm("/", body);
    document.getElementById("said-box").outerHTML = await response.text();
  } catch {
    return toast("failed");
  }
  if (isCopied) toast(send.dataset.done);
  next();
};
const next = () => {
  const log = document.getElementById("said");
  log.scrollTop = log.scrollHeight;
  text.value = "";
  reply.reset();
  if (seek.value) seek.value = "";
  ask();
  text.focus();
};
const startAnew = () => {
  location.assign("/"); // nothing of the conversation is kept
};
const noteGap = async () => {
  const button = document.getElementById("note-gap");
  if (button && !button.disabled && (await record("dismissed"))) {
    button.disabled = true;
    toast(button.dataset.done);
  }
};

// Keys and clicks

const onKey = (event) => {
  if (isComposing(event) || document.querySelector("dialog[open]")) return;
  const at = event.target;
  const acts = () => {
    event.preventDefault();
    return true;
  };
  const digit = digitOf(event);
  if (isAlt(event) && digit && digit <= 5) return acts() && take(found.cards()[digit - 1]);
  if (isAlt(event) && event.code === "KeyN") return acts() && noteGap();
  if (isAlt(event) && event.code === "KeyX") return acts() && startAnew();
  if (isAlt(event) && event.code === "Comma") return acts() && found.turn(-1);
  if (isAlt(event) && event.code === "Period") return acts() && found.turn(1);
  const isUpDown = event.key === "ArrowUp" || event.key === "ArrowDown";
  const isFree = !at.closest("textarea, select, input[type=radio]") || (at === text && !text.value.includes("\n"));
  if (isUpDown && (isAlt(event) || (isFree && !event.shiftKey))) return acts() && found.move(event.key === "ArrowUp" ? -1 : 1);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return acts() && finish();
  if (event.key === "Enter" && !event.shiftKey && !event.altKey && (at === text || at === seek)) return acts() && enter();
  if (event.key === "Escape" && (at === text || at === reply.box)) return acts() && reply.clear(at);
  if (event.key === "Escape" && at === seek) return acts() && leaveSearch();
  return undefined;
};
const enter = () => {
  if (pause) {
    takeWhenFound = true; // what is on the page answers something else
    if (document.activeElement === seek) look();
    else ask();
  } else takeChosen();
};
const leaveSearch = () => {
  seek.value = "";
  ask();
  text.focus();
};
document.addEventListener("keydown", onKey);

text.addEventListener("input", (event) => event.isComposing || later(ask));
text.addEventListener("compositionend", () => later(ask));
seek.addEventListener("input", (event) => event.isComposing || later(seek.value.trim() ? look : ask));
seek.addEventListener("compositionend", () => later(look));
form.addEventListener("change", (event) => {
  if (event.target === place) localStorage.setItem(PLACE, place.value);
  if (event.target.closest(".scope")) later(ask);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter === send) finish();
  else if (event.submitter?.id === "new-talk") startAnew();
  else if (event.submitter?.id === "note-gap") noteGap();
});
pane.addEventListener("click", (event) => {
  const card = event.target.closest(".card-item");
  if (!card) return;
  const tone = event.target.closest(".tone");
  if (tone) found.rephrase(card, tone.dataset.phrasing);
  else if (event.target.closest(".insert")) take(card);
  else if (event.target.closest(".copy")) copyCard(card);
  else if (event.target.closest(".source") || !card.classList.contains("is-open")) {
    found.choose(card);
    record("clicked", { card_id: Number(card.dataset.card) });
  }
});
pane.addEventListener("input", (event) => event.target.dataset.fills && found.fill(event.target.dataset.fills, event.target.value));
pane.addEventListener("change", (event) => event.target.dataset.fills && reply.fillIn(event.target.dataset.fills, event.target.value));

// A shop is chosen once, not for every customer.
const kept = localStorage.getItem(PLACE);
if (kept && !place.value && [...place.options].some((option) => option.value === kept)) place.value = kept;
if (text.value.trim()) onFound();
