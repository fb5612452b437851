// The search page: opening results, choosing words, copying.
import { tell } from "./calls.js";
import { copy } from "./clipboard.js";
import * as found from "./found.js";
import { digitOf, isAlt, isComposing } from "./keys.js";
import { toast } from "./toast.js";

const pane = document.getElementById("suggestions");
const id = pane.querySelector(".found")?.dataset.suggestionId;
const record = (kind, card) => id && tell(id, kind, card ? { card_id: Number(card.dataset.card) } : {}).catch(() => {});

pane.addEventListener("click", (event) => {
  const card = event.target.closest(".card-item");
  if (!card) return;
  const tone = event.target.closest(".tone");
  if (tone) found.rephrase(card, tone.dataset.phrasing);
  else if (event.target.closest(".copy")) copyCard(card);
  else if (event.target.closest(".source") || !card.classList.contains("is-open")) {
    found.choose(card);
    record("clicked", card);
  }
});
pane.addEventListener("input", (event) => event.target.dataset.fills && found.fill(event.target.dataset.fills, event.target.value));
const copyCard = async (card) => {
  if (await copy(found.wordsOf(card))) toast("copied");
  record("copied", card);
};
document.addEventListener("keydown", (event) => {
  const digit = digitOf(event);
  const card = isAlt(event) && digit ? found.cards()[digit - 1] : null;
  if (card && !isComposing(event)) {
    event.preventDefault();
    found.choose(card);
    copyCard(card);
    return;
  }
  if (isComposing(event) || event.target.closest("input, select, textarea") || document.querySelector("dialog[open]")) return;
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  found.move(event.key === "ArrowUp" ? -1 : 1);
});
