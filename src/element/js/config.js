// Where we come from. Only while a classic script runs does the page tell which script tag it was.

const script = document.currentScript;

// In a module it tells nothing, and without a key every request would be refused.
if (!script?.dataset.key) throw Error('Bookplate needs data-key, not type=module');

// The server's address, with a slash at its end.
export const base = new URL('.', script.src).href;

// The shop's public key.
export const key = script.dataset.key;

// The build puts the folder's name in. It changes with the files' content, so browsers may keep these for ever.
export const assets = base + 'assets/__VERSION__/';
