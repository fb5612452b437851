// Calls to our own server in the name of whoever is logged in.
const csrf = document.querySelector('meta[name="csrf-token"]').content;

const checked = (response) => {
  const login = response.headers.get("HX-Redirect");
  if (response.status === 401) location.href = login ?? `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  if (!response.ok) throw new Error(`${response.status}`);
  return response;
};

/** Sends a form's fields, asking for the part of the page that changes. */
export const sendForm = async (address, fields) =>
  checked(await fetch(address, { method: "POST", body: fields, headers: { "HX-Request": "true", "X-CSRF-Token": csrf } }));

/** Asks for the part of a page. */
export const fetchPart = async (address) => checked(await fetch(address, { headers: { "HX-Request": "true" } }));

/** Tells what became of a suggestion. */
export const tell = async (suggestionId, kind, more = {}) =>
  checked(
    await fetch(`/api/v1/suggestions/${suggestionId}/events`, {
      method: "POST",
      body: JSON.stringify({ kind, ...more }),
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    }),
  );
