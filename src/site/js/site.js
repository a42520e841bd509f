// Makes a hosted page interactive. Until then, and where wasm is refused, its links and forms just work.

import init from 'bookplate-site-wasm';

// A window that a page of the shop's has opened: that page gets what it waits for, no other one does, and closes the
// window.
const handover = document.querySelector('[data-handover]');
if (handover) opener?.postMessage({ handover: handover.dataset.handover }, handover.dataset.opener);

// Around a deploy a page can ask for files that are gone, and is sent on to the current ones. These know only the
// HTML of their own version, so the page then stays as it is.
const asked = document.querySelector('script[type=module]').src;
if (asked === import.meta.url) init().catch(() => {});
