// The list of suggested cards: which is chosen, in which words, with which blanks filled.
const pane = document.getElementById("suggestions");
const values = new Map(); // blanks filled so far, for every card of this conversation

export const cards = () => [...pane.querySelectorAll(".card-item")];
export const chosen = () => pane.querySelector(".card-item.is-open");
export const state = () => pane.querySelector(".found")?.dataset.state;
export const titleOf = (card) => card.querySelector(".open").textContent;
export const wordsOf = (card) => card.querySelector(".phrasing.is-chosen .words")?.textContent ?? "";

/** Opens one card and closes the others. */
export const choose = (card) => {
  for (const other of cards()) {
    const isThis = other === card;
    other.classList.toggle("is-open", isThis);
    other.querySelector(".open").setAttribute("aria-expanded", isThis);
  }
  card?.scrollIntoView({ block: "nearest" });
};

/** Goes some cards up or down. */
export const move = (by) => {
  const all = cards();
  if (all.length) choose(all[Math.min(all.length - 1, Math.max(0, all.indexOf(chosen()) + by))]);
};

/** Shows another phrasing of a card. */
export const rephrase = (card, number) => {
  for (const part of card.querySelectorAll(".phrasing")) part.classList.toggle("is-chosen", part.dataset.phrasing === number);
  for (const tone of card.querySelectorAll(".tone")) tone.setAttribute("aria-pressed", tone.dataset.phrasing === number);
};

/** Goes some phrasings on. */
export const turn = (by) => {
  const tones = [...(chosen()?.querySelectorAll(".tone") ?? [])];
  const at = tones.findIndex((tone) => tone.getAttribute("aria-pressed") === "true");
  if (tones.length) rephrase(chosen(), tones[(at + by + tones.length) % tones.length].dataset.phrasing);
};

/** Fills a blank wherever it stands in the list. */
export const fill = (name, value) => {
  values.set(name, value);
  for (const blank of pane.querySelectorAll(".blank")) {
    if (blank.dataset.blank !== name) continue;
    blank.textContent = value || `{${name}}`;
    blank.classList.toggle("is-filled", Boolean(value));
  }
  for (const field of pane.querySelectorAll("[data-fills]")) {
    if (field.dataset.fills === name && field !== document.activeElement) field.value = value;
  }
};

/** After new cards came: what was filled before stays filled. */
export const refill = () => values.forEach((value, name) => fill(name, value));
export const forgetBlanks = () => values.clear();
