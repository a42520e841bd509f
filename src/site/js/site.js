// Makes a hosted page interactive. Until then, and where wasm is refused, its links and forms just work.

import init from 'bookplate-site-wasm';
import { dragging } from '../../element/js/drag.js';

// A window that a page of the shop's has opened: that page gets what it waits for, no other one does, and closes the
// window.
const handover = document.querySelector('[data-handover]');
if (handover) opener?.postMessage({ handover: handover.dataset.handover }, handover.dataset.opener);

// Around a deploy a page can ask for files that are gone, and is sent on to the current ones. These know only the
// HTML of their own version, so the page then stays as it is.
const asked = document.querySelector('script[type=module]').src;
if (asked === import.meta.url) init().catch(() => {});

// What was put somewhere else is told by the page's own form for that: before which entry it stands now, or behind which, where it
// is the last one of the page.
dragging(document, (entry, number) => {
  const form = document.querySelector('form[data-place]');
  if (!form) return;
  const others = [...entry.parentElement.children].filter((other) => other != entry);
  form.elements.isbn.value = entry.dataset.isbn;
  form.elements.before.value = others[number]?.dataset.isbn ?? '';
  form.elements.behind.value = others[number - 1]?.dataset.isbn ?? '';
  form.requestSubmit();
});
