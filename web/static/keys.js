// What a key press means, whatever input method or keyboard it comes from.

/** Whether an input method is still at work: its Enter, digits and arrows are not ours. */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** Whether the press goes into a field that holds text already. */
export const isWriting = (event) => {
  const field = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  return Boolean(field) && (field.tagName === "SELECT" || field.value !== "");
};

/** Alt and nothing else. AltGr, which types characters, comes with Ctrl. */
export const isAlt = (event) => event.altKey && !event.ctrlKey && !event.metaKey;

/** The digit of a key, also where Alt makes it type something else. */
export const digitOf = (event) => /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
