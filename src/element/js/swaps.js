// Before wasm is there, or without it: links and forms marked `data-swap` lead to a hosted page that shows
// the same widget with another query. Instead of going there, the fragment with that query is put in place.

/* global WORDS */

// Listens in a shadow root until `end()` is called or `signal` aborts. `swap(query, signal, entry)` gets and shows
// the fragment; `entry` is the number of its first new entry, if it is a longer list.
export function swapping(root, signal, swap) {
  const ended = new AbortController();
  signal.addEventListener('abort', () => ended.abort());
  const options = { signal: ended.signal };
  const container = root.querySelector('.root');
  const notice = root.querySelector('.problem');
  let latest; // Ends the swap under way.
  let settled; // Resolves when it has ended in whichever way.
  let failed; // The arguments of the swap that has failed, if the last one has.

  const go = (event, address, entry) => {
    event.preventDefault();
    // A second click while the first is under way takes its place.
    latest?.abort();
    latest = new AbortController();
    settled = perform(new URL(address), entry, latest.signal);
  };

  const perform = async (address, entry, superseded) => {
    failed = undefined;
    // What says that it failed goes, and focus must not go with it.
    if (notice?.contains(root.activeElement)) focusList(root);
    notice?.replaceChildren();
    container.setAttribute('aria-busy', 'true');
    const query = new URLSearchParams(address.search);
    // The hosted page's language; the fragment's is that of the element.
    query.delete('lang');
    // A form sends also what is not filled in. Left out, the same question has the same address for caches.
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    try {
      await swap(query, superseded, entry);
    } catch (error) {
      if (superseded.aborted) return;
      container.removeAttribute('aria-busy');
      // After an update a server may know its old cursors no more; then only the whole list helps.
      if (error.code == 'cursor_invalid') address.searchParams.delete('after');
      failed = [address, entry];
      if (notice) say(notice, WORDS[container.lang]);
      else if (navigator.onLine) location.assign(address);
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
      if (failed && event.target.closest('[data-retry]')) return go(event, ...failed);
      const link = event.target.closest('a[data-swap]');
      // With a modifier or another button a link opens where the shopper wants it to open.
      const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (!link?.href || elsewhere || event.defaultPrevented) return;
      // A longer list has its new entries behind those that are shown; the stretch after it has only new ones.
      const longer = new URL(link.href).searchParams.has('limit');
      go(event, link.href, longer ? root.querySelectorAll('article').length : 0);
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
  const change = (event) => {
    const { form } = event.target;
    if (form?.matches('[data-swap]')) submit(event, form);
  };
  root.addEventListener('change', change, options);
  signal.addEventListener('abort', () => latest?.abort());

  // A choice that was made before anybody listened.
  const early = [...root.querySelectorAll('[data-swap] select, [data-swap] [type=checkbox]')].find((control) =>
    control.options
      ? !control.selectedOptions[0]?.defaultSelected
      : control.checked != control.defaultChecked,
  );
  if (early) submit(new Event('change'), early.form);

  return {
    end: () => ended.abort(),
    // Waits until nothing is under way; whether nothing has failed.
    async idle() {
      while (settled) {
        const one = settled;
        await one;
        if (one == settled) settled = undefined;
      }
      return !failed;
    },
  };
}

// Says that something has failed, in the words and with the button of the same notice in wasm.
function say(notice, { failed, offline, retry }) {
  const words = document.createElement('p');
  words.textContent = navigator.onLine ? failed : offline;
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className: 'button', textContent: retry });
  button.part = 'button';
  button.dataset.retry = '';
  notice.append(words, button);
}

// Shows another fragment by `show` and puts focus where a shopper goes on. Who has asked for more is led to what is
// new: `entry` is its number in the list. Any other control is found again by its kind and place (the third bar stays the third bar); one that has gone
// leaves its focus to the list.
export async function keepingFocus(root, entry, show) {
  const focused = root.activeElement;
  const alike = () =>
    [...root.querySelectorAll(focused.localName)].filter((element) => element.className == focused.className);
  const place = focused && alike().indexOf(focused);
  const more = focused && 'more' in focused.dataset;
  await show();
  if (!focused) return;
  const found = more ? root.querySelectorAll('ol h3')[entry] : alike()[place];
  if (found) found.focus({ preventScroll: !more });
  else focusList(root);
}

function focusList(root) {
  root.querySelector('.results')?.focus({ preventScroll: true });
}
