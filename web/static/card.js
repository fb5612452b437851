// One card: copying its phrasings.
import { copy } from "./clipboard.js";
import { toast } from "./toast.js";

for (const button of document.querySelectorAll(".copy-text")) {
  button.addEventListener("click", async () => toast((await copy(button.dataset.text)) ? "copied" : "failed"));
}
