// One line that says what has just happened, and goes away.
const line = document.getElementById("toast");
let timer;

/** Shows a text for three seconds; `failed`, `offline` and `copied` stand for the page's own. */
export const toast = (text) => {
  line.textContent = line.dataset[text] ?? text;
  clearTimeout(timer);
  timer = setTimeout(() => (line.textContent = ""), 3000);
};
