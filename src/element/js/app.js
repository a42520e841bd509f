// Makes a fragment interactive: at once by swapping fragments, and by wasm as soon as that is there.
//
// The loader imports this module when the first element that needs it nears the screen.

import init, { hydrate, preload, unmount } from 'bookplate-wasm';
import { keepingFocus, swapping } from './swaps.js';

// Whether a widget shows what is the shopper's own. Only with one that does identity.js is fetched.
const isPersonal = (widget) => widget != 'reviews';

// Begun while the fragments are still on their way. Where wasm is refused (by a Content-Security-Policy) or
// cannot be loaded, everything stays as it is: links and forms that work.
let ready;

async function begin() {
  // Compiling the smallest module there is tells whether wasm is refused, before all of it is fetched in vain.
  await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  await init();
  return true;
}

// Begins to fetch what a widget needs, before its fragment is there.
export function warm(widget) {
  if (isPersonal(widget)) identity().catch(() => {});
  // What a book earns is there without wasm, and another number only for who is signed in.
  if (widget != 'earn') loaded(widget);
}

// Fetches the part of the wasm that a widget needs; true when all is there.
const loaded = async (widget) => (await (ready ??= begin().catch(() => false))) && (await preload(widget));

const identity = () => import('./identity.js');

// Ends the session of the shop with this key on the server at `base`.
export const signOut = async (base, key) => (await identity()).signOut(base, key);

// Makes the fragment in a shadow root interactive; returns what ends that.
//
// `isbn` is the element's book, `fragments` asks the server, `show` replaces the fragment by another one
// (and calls what this function returned). `jsonLd` describes the book to search engines.
export function attach(root, isbn, fragments, show, jsonLd) {
  const container = root.querySelector('.root');
  const { widget, version } = container.dataset;
  // The shop has nothing to show here, and never will on this page.
  if (!container.firstChild) return () => {};
  const ended = new AbortController();
  const swaps = swapping(root, ended.signal, async (query, signal, entry) => {
    const [got] = await fragments(container.lang, [`${widget}/${isbn}?${query}`], signal);
    if (got.problem) throw got.problem;
    // What somebody has begun to write is not part of what is exchanged.
    const writing = root.querySelector('.writing[open]');
    await keepingFocus(root, entry, async () => {
      await show(got);
      if (writing) root.querySelector('.writing')?.replaceWith(writing);
    });
  });
  // What could not be had while there was no network is asked for again: by the button that says so, which is
  // the same with wasm and without.
  const options = { signal: ended.signal };
  addEventListener('online', () => root.querySelector('[data-retry]')?.click(), options);
  const description = described(jsonLd);
  let mount;
  // What is sent before wasm is there waits for it, where it may still come.
  const personal = isPersonal(widget);
  let held;
  const hold = (event) => {
    event.preventDefault();
    held = event.submitter;
  };
  if (personal) root.addEventListener('submit', hold, options);

  (async () => {
    const data = root.querySelector('[type="application/json"]').text;
    const who = personal ? await known(root, container, data, ended.signal) : visitor(root, data, ended.signal);
    if (personal && !who) return;
    if (widget == 'earn' && !(await who.somebody(ended.signal))) return;
    // Around a deploy, a browser or a shop's server may have kept the one and not the other. wasm knows only
    // the HTML of its own version, so any other stays what it is: links and forms that work.
    if (!import.meta.url.includes(`/${version}/`) || !(await loaded(widget))) return;
    // What the shopper has asked for already comes first; usually it ends this fragment. So it does later where it
    // has failed for now, and wasm would not know of it.
    if (!(await swaps.idle()) || ended.signal.aborted) return;
    const mounted = await hydrate(container, widget, data, who);
    if (mounted === undefined) return;
    if (ended.signal.aborted) unmount(mounted);
    else {
      mount = mounted;
      container.dataset.hydrated = '';
      swaps.end();
    }
  })().finally(() => {
    delete container.dataset.expected;
    root.removeEventListener('submit', hold);
    held?.click();
  });

  return () => {
    ended.abort();
    swaps.end();
    description?.remove();
    if (mount !== undefined) unmount(mount);
    mount = undefined;
  };
}

// Puts a description for search engines into the page's head, unless the page has the same one already.
function described(jsonLd) {
  const known = [...document.querySelectorAll('[type="application/ld+json"]')];
  if (!jsonLd || known.some((script) => script.text == jsonLd)) return;
  const script = document.createElement('script');
  Object.assign(script, { type: 'application/ld+json', text: jsonLd });
  document.head.append(script);
  return script;
}

// The same for widgets that everybody reads and only some act in: it is fetched once somebody does.
function visitor(root, data, signal) {
  let loading;
  const load = async () => {
    const who = await identity();
    const { api, key } = JSON.parse(data);
    who.at(`${api}/`, key);
    who.attached(root, signal);
    return who;
  };
  // What is seen only then has a style sheet of its own.
  const dress = () => {
    const link = document.createElement('link');
    root.append(Object.assign(link, { rel: 'stylesheet', href: new URL('desk.css', import.meta.url) }));
  };
  return { dress, load: () => (loading ??= load().catch((error) => ((loading = undefined), Promise.reject(error)))) };
}

// identity.js, which knows this fragment's shop and page from now on; undefined where it cannot be had. While
// somebody is likely to be signed in, the fragment does not offer to sign in.
async function known(root, container, data, signal) {
  container.dataset.expected = '';
  const who = await identity().catch(() => undefined);
  if (!who || signal.aborted) return;
  const { api, key } = JSON.parse(data);
  who.at(`${api}/`, key);
  who.attached(root, signal);
  // A list is there also while nobody is: until wasm shows it, whose it is is not known.
  container.toggleAttribute('data-expected', container.dataset.widget == 'wishlist' || who.expected());
  return who;
}
