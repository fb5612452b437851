// The reply box: what was put into it from which card, and what is still to be filled.
import { titleOf, wordsOf } from "./found.js";

export const box = document.getElementById("reply");
const note = document.getElementById("reply-note");
let taken = []; // {card, question, title, text, lookup}, in order; `lookup` promises the id it was found under

/** Puts a card's words in: instead of another answer to the same question, else below what is there. */
export const take = (card, lookup) => {
  const text = wordsOf(card);
  const part = { card: Number(card.dataset.card), question: card.dataset.question, title: titleOf(card), text, lookup };
  const before = taken.find((other) => other.question === part.question && box.value.includes(other.text));
  if (before) {
    const start = box.value.indexOf(before.text);
    write(text, start, start + before.text.length);
    taken = taken.map((other) => (other === before ? part : other));
  } else {
    const end = box.value.length;
    write(box.value.trim() ? `\n${text}` : text, box.value.trim() ? end : 0, end);
    taken = [...taken.filter((other) => box.value.includes(other.text)), part];
  }
  remark();
};

/** Writes as if typed, so that Ctrl+Z takes it back. */
const write = (text, start, end) => {
  box.focus();
  box.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) box.setRangeText(text, start, end, "end");
  box.scrollTop = box.scrollHeight;
};

/** Empties a field; Ctrl+Z takes it back. */
export const clear = (field) => {
  field.focus();
  field.select();
  if (!document.execCommand("delete")) field.value = "";
};

/** A blank that was filled after its reply was put in. */
export const fillIn = (name, value) => {
  if (!value || !box.value.includes(`{${name}}`)) return;
  const at = document.activeElement;
  taken = taken.map((part) => ({ ...part, text: part.text.replaceAll(`{${name}}`, value) }));
  box.value = box.value.replaceAll(`{${name}}`, value);
  at?.focus();
  remark();
};

export const blanks = () => [...new Set([...box.value.matchAll(/\{([^{}\n]{1,20})\}/g)].map((match) => match[1].trim()))];
export const sources = () => taken;
export const isOwnWording = () => taken.length > 0 && taken.map((part) => part.text).join("\n") !== box.value.trim();

/** Selects the first blank, for typing over it. */
export const showBlank = () => {
  const match = /\{[^{}\n]{1,20}\}/.exec(box.value);
  box.focus();
  if (match) box.setSelectionRange(match.index, match.index + match[0].length);
};

/** Says under the label what is missing, else where the words come from. */
export const remark = () => {
  const left = blanks();
  const [text, names] = left.length ? [note.dataset.left, left] : taken.length && box.value ? [note.dataset.from, taken.map((part) => part.title)] : ["", []];
  note.textContent = text.replace("…", names.join(" · "));
  note.classList.toggle("is-left", left.length > 0);
};

/** For the next answer. */
export const reset = () => {
  box.value = "";
  taken = [];
  remark();
};
box.addEventListener("input", remark);
