// Before wasm is there, or without it: links and forms marked `data-swap` lead to a hosted page that shows
// the same widget with another query. Instead of going there, the fragment with that query is put in place.

// Listens in a shadow root until `end()` is called or `signal` aborts. `swap(query, signal)` gets and shows
// the fragment.
export function swapping(root, signal, swap) {
  const ended = new AbortController();
  signal.addEventListener('abort', () => ended.abort());
  const options = { signal: ended.signal };
  let latest; // Ends the swap under way.
  let settled; // Resolves when it has ended in whichever way.

  const go = (event, address) => {
    event.preventDefault();
    // A second click while the first is under way takes its place.
    latest?.abort();
    latest = new AbortController();
    settled = perform(new URL(address), latest.signal);
  };

  const perform = async (address, superseded) => {
    const container = root.querySelector('.root');
    container.setAttribute('aria-busy', 'true');
    const query = new URLSearchParams(address.search);
    // The hosted page's language; the fragment's is that of the element.
    query.delete('lang');
    // A form sends also what is not filled in. Left out, the same question has the same address for caches.
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    try {
      await swap(query, superseded);
    } catch {
      if (superseded.aborted) return;
      container.removeAttribute('aria-busy');
      // Where we cannot, the hosted page may; but a page that is there is better than an offline notice.
      if (navigator.onLine) location.assign(address);
    }
  };

  const submit = (event, form) => {
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form));
    go(event, address);
  };

  root.addEventListener(
    'click',
    (event) => {
      const link = event.target.closest('a[data-swap]');
      // With a modifier or another button a link opens where the shopper wants it to open.
      const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (link?.href && !elsewhere && !event.defaultPrevented) go(event, link.href);
    },
    options,
  );
  root.addEventListener(
    'submit',
    (event) => {
      if (event.target.matches('[data-swap]')) submit(event, event.target);
    },
    options,
  );
  root.addEventListener(
    'change',
    (event) => {
      const { form } = event.target;
      if (form?.matches('[data-swap]')) submit(event, form);
    },
    options,
  );
  signal.addEventListener('abort', () => latest?.abort());

  return {
    end: () => ended.abort(),
    async idle() {
      while (settled) {
        const one = settled;
        await one;
        if (one == settled) settled = undefined;
      }
    },
  };
}
