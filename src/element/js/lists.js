// The lists of whoever uses the page, for `<bookplate-wishlist>`: what is in them, and what is done to them.
//
// wishlists.js fetches it, and keeps and sends what is changed; here is what a list looks like as long as that has not been
// answered: what the server has told, with all that waits done to it in order. A guest has one list, that of the device.

import { dragging } from './drag.js';

const PAGE = 100; // Wishes that are asked for at once.
const SOON = 50; // How long to wait for more news, in milliseconds.

let core; // See wishlists.js.
let cart; // What the page says is in its cart.
const shown = new Set(); // What shows each of the page's lists anew.

// Begins, with what wishlists.js knows. Returns what wasm works with.
export function open(known) {
  if (core) return { shelf };
  core = known;
  cart = Bookplate.cart;
  // The page may say so whenever it likes, and may have done so before.
  Object.defineProperty(Bookplate, 'cart', {
    configurable: true,
    enumerable: true,
    get: () => cart,
    set(isbns) {
      cart = isbns;
      shown.forEach((show) => show());
    },
  });
  return { shelf };
}

// One element, with `container` in its shadow root. Its attribute `list` has the id of the list to show, else that is the default
// one; another one can be chosen in it, until the page names another one. Calls back with what it shows, as JSON, now and whenever
// that changes.
function shelf(container, lang, callback) {
  const { host } = container.getRootNode();
  let named; // By the page.
  let wanted = name();
  let base; // What `who` was told: `{ lists, list, wishes, next, left, gone, who }`; absent while nothing was.
  let pending = []; // A customer's changes that were not answered yet, in their order.
  let stuck; // Whether they wait for the network.
  let failed; // What was asked for has not come.
  let turn = 0;
  let underWay; // Whether something was asked for that has not come.
  let timer;
  let told; // What was called back with last.

  function name() {
    return (named = host.getAttribute('list') ?? '');
  }

  // A copy of what `apply` changes: a list can have 2,000 wishes, of which it replaces one.
  const copy = () => ({ ...base, lists: base.lists.map((list) => ({ ...list })), wishes: [...base.wishes], gone: { ...base.gone } });

  const view = () => pending.reduce(apply, copy());

  function show() {
    const who = core.who();
    const now = base && view();
    const inCart = new Set(Array.from(cart ?? [], (isbn) => String(isbn).replace(/[^0-9X]/gi, '')));
    const shows = JSON.stringify({
      standing: now ? (who ? 'in' : 'guest') : failed ? (navigator.onLine ? 'failed' : 'offline') : 'waiting',
      lists: now?.lists ?? [],
      list: now?.list ?? '',
      wishes: (now?.wishes ?? []).map(({ bought_at, touched, ...wish }) => ({
        ...wish,
        bought_on: bought_at ? new Date(bought_at).toLocaleDateString(lang, { dateStyle: 'long' }) : '',
        waits: !!(touched && stuck),
        in_cart: inCart.has(wish.isbn),
      })),
      more: !!now?.next,
      waiting: stuck ? pending.length : 0,
      left: now?.left ?? 0,
      refused: core.refused(),
      lasts: core.lasts(),
    });
    if (shows != told) callback((told = shows));
  }

  async function load(least = base?.wishes.length ?? 0) {
    const mine = ++turn;
    underWay = true;
    await core.settled();
    const who = core.who();
    let got;
    try {
      got = await (who ? theirs(who, least) : onDevice());
    } catch {
      // What is shown may be old, but it is better than nothing.
    }
    if (mine != turn) return;
    const isTheirs = who == core.who();
    if (got && isTheirs) {
      base = { gone: base?.gone ?? {}, ...got, who };
      const waits = await core.update(({ changes }) => changes.filter(({ owner, path }) => owner == who && path.startsWith('customer/wish')));
      if (mine != turn) return;
      // What was read before it was sent is asked for again once that is told.
      pending = who ? waits : [];
      if (!pending.length) stuck = false;
    }
    underWay = false;
    if (!isTheirs) return;
    failed = !got;
    show();
  }

  async function theirs(who, least) {
    const get = async (path) => JSON.parse(await core.call('GET', `customer/${path}`, undefined, who));
    const left = await core.update(({ wishes }) => wishes.filter(({ owner }) => owner == who).length);
    const { lists } = await get('wishlists');
    const { id } = lists.find(({ id }) => id == wanted) ?? lists.find((one) => one.default) ?? {};
    const got = { lists, list: id ?? '', wishes: [], left };
    // One that is not sent yet is nowhere else.
    if (pending.some(({ method, path, body }) => method == 'POST' && path == LISTS && JSON.parse(body).id == wanted)) got.list = wanted;
    else if (id)
      do {
        const page = await next(who, got);
        got.wishes.push(...page.wishes);
        got.next = page.next;
      } while (got.next && got.wishes.length < least);
    return got;
  }

  // What follows what is known of a list.
  async function next(who, { list, next }) {
    const after = next ? `&after=${encodeURIComponent(next)}` : '';
    return JSON.parse(await core.call('GET', `customer/wishlists/${list}/wishes?limit=${PAGE}${after}`, undefined, who));
  }

  // Adds what follows to what is shown. What is there is asked for again only where something else is going on meanwhile.
  async function more() {
    const [from, mine, busy] = [base, turn, underWay || pending.length];
    if (!busy && from?.next)
      try {
        const page = await next(from.who, from);
        if (base == from && turn == mine) {
          const known = new Set(from.wishes.map(({ isbn }) => isbn));
          base = { ...from, wishes: [...from.wishes, ...page.wishes.filter(({ isbn }) => !known.has(isbn))], next: page.next };
          return show();
        }
      } catch {
        // Asked for once more, which tells whether it cannot be had.
      }
    return load((base?.wishes.length ?? 0) + 1);
  }

  async function onDevice() {
    const kept = await core.update(({ wishes }) => wishes.filter(({ owner }) => !owner));
    const books = new Map();
    if (kept.length) {
      const { editions } = JSON.parse(await core.ask('GET', `books?isbns=${kept.map(({ isbn }) => isbn)}`));
      for (const book of editions) books.set(book.isbn, book);
    }
    const plain = { authors: [], language: '', cover_url: '', priority: 'normal', quantity: 1, any_edition: false };
    const wishes = kept.map(({ isbn, note = '' }) => ({ title: isbn, ...plain, ...books.get(isbn), isbn, note }));
    return { lists: [], list: '', wishes };
  }

  // Something is another way: one change was answered, or whatever it is has to be asked for.
  function hear(sent) {
    const at = sent ? pending.findIndex(({ id }) => id == sent.id) : -1;
    if (at >= 0) {
      const [change] = pending.splice(at, 1);
      if (!pending.length) stuck = false;
      if (!sent.code) base = apply(base, change);
      show();
      // What a heart has added, or what has come from another list, only the server knows; and what is on its way may have been read
      // before this was done.
      if (!sent.code && change.path.startsWith(`${LISTS}/${base?.list}`) && !underWay) return;
    }
    // Nobody sees what was somebody else's.
    if (base && core.who() != base.who) {
      base = undefined;
      pending = [];
      stuck = failed = false;
      show();
    }
    clearTimeout(timer);
    timer = setTimeout(load, SOON);
  }

  // Has a change made, which shows at once. What has come of it: see `send` in wishlists.js.
  async function change(method, path, body) {
    if (!core.who() || !base) return 'failed';
    const made = core.make(method, path, body && JSON.stringify(body));
    pending.push(made);
    show();
    const said = await core.send(made);
    stuck = ['queued', 'memory'].includes(said) && pending.length > 0;
    show();
    return said;
  }

  // The same on the device.
  async function onDeviceChange(work) {
    await core.update(work, true);
    core.changed();
    await load();
    return '';
  }

  const at = (list, isbn) => `${LISTS}/${list}/wishes/${isbn}`;

  async function choose(id) {
    wanted = id;
    await load(0);
    // The one before is not what was asked for.
    if (failed && base?.list != id) {
      base = undefined;
      show();
    }
  }

  const renamed = new MutationObserver(() => named != name() && choose(named));
  renamed.observe(host, { attributeFilter: ['list'] });
  core.shelves.add(hear);
  shown.add(show);
  // Another device may have changed it.
  const seen = () => document.visibilityState == 'visible' && base && load();
  document.addEventListener('visibilitychange', seen);
  show();
  load();

  const ended = new AbortController();
  return {
    close() {
      turn++;
      ended.abort();
      clearTimeout(timer);
      core.shelves.delete(hear);
      shown.delete(show);
      document.removeEventListener('visibilitychange', seen);
      renamed.disconnect();
    },
    show: choose,
    more,
    again: load,
    drag: (element, moved) => dragging(element, (entry, place) => moved(entry.dataset.isbn, place), ended.signal),
    // Makes a list, which is shown from then on.
    make(name) {
      const id = `lst_${[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
      const made = change('POST', LISTS, { id, name });
      wanted = id;
      base = { ...base, list: id, wishes: [], next: undefined };
      show();
      return made;
    },
    // Each names its list: what is shown can be another one by now.
    rename: (list, name) => change('PATCH', `${LISTS}/${list}`, { name }),
    // Has hearts go there.
    prefer: (list) => change('PATCH', `${LISTS}/${list}`, { default: true }),
    drop(id) {
      const dropped = change('DELETE', `${LISTS}/${id}`);
      wanted = '';
      dropped.then(load);
      return dropped;
    },
    restore(id) {
      wanted = id;
      const restored = change('POST', `${LISTS}/${id}/restore`);
      restored.then(load);
      return restored;
    },
    set(list, isbn, note, noteBefore, priority, quantity, anyEdition) {
      if (!core.who())
        return onDeviceChange(({ wishes }) => {
          for (const wish of wishes) if (wish.isbn == isbn) wish.note = note;
        });
      // One of two devices can be longer than what may be sent: as long as it stays, the rest can be changed.
      const noted = note == noteBefore ? {} : { note, note_before: noteBefore };
      return change('PUT', at(list, isbn), { ...noted, priority, quantity, any_edition: anyEdition });
    },
    // Puts a wish into another list.
    move: (list, isbn, to) => change('POST', `${at(list, isbn)}/move`, { to }),
    // Gives a wish another number in its list, of which the first is 0.
    async place(list, isbn, number) {
      if (!core.who())
        return onDeviceChange(({ wishes }) => {
          const from = wishes.findIndex((wish) => wish.isbn == isbn);
          if (from >= 0) wishes.splice(number, 0, ...wishes.splice(from, 1));
        });
      const others = () => view().wishes.filter((wish) => wish.isbn != isbn);
      // Behind the last that is known there may be more.
      if (number >= others().length && base.next) await load(number + 2);
      return change('POST', `${at(list, isbn)}/move`, { before: others()[number]?.isbn });
    },
    take(list, isbn) {
      if (core.who()) return change('DELETE', at(list, isbn));
      return core.keep(isbn, false).then(() => onDeviceChange(() => {}));
    },
    // What was taken out comes back to its place.
    back(list, isbn) {
      if (core.who()) return change('PUT', at(list, isbn), {});
      return core.keep(isbn, true).then(() => onDeviceChange(() => {}));
    },
    // Wishes again for what was bought.
    want(isbn) {
      const wanted = change('PUT', `customer/wishes/${isbn}`);
      wanted.then(load);
      return wanted;
    },
  };
}

const LISTS = 'customer/wishlists';

// What is shown once a change is made; made twice, it is the same.
function apply(view, { method, path, body }) {
  const [, what, id, , isbn] = path.split('/');
  const said = body ? JSON.parse(body) : {};
  if (what == 'wishes') {
    if (!id) return view;
    if (method == 'DELETE') take(view, id);
    else alter(view, id, { bought_at: undefined });
    return view;
  }
  if (!id) {
    if (!view.lists.some((one) => one.id == said.id))
      view.lists.push({ id: said.id, name: said.name, default: !view.lists.length, count: 0 });
    return view;
  }
  const list = view.lists.find((one) => one.id == id);
  if (!isbn) {
    if (method == 'PATCH') {
      if (said.default) for (const one of view.lists) one.default = false;
      if (list) Object.assign(list, said);
    }
    else if (method == 'DELETE' && list) {
      view.lists = view.lists.filter((one) => one != list);
      if (view.list == id) Object.assign(view, { list: view.lists[0]?.id ?? '', wishes: [], next: undefined });
    }
    return view;
  }
  if (view.list != id || !list) return view;
  const wish = view.wishes.find((one) => one.isbn == isbn);
  if (method == 'DELETE') take(view, isbn, list);
  else if (method == 'PUT') {
    if (wish) {
      const { note_before, ...rest } = said;
      alter(view, isbn, { ...rest, touched: true });
    } else if (view.gone[isbn]) {
      const [place, gone] = view.gone[isbn];
      view.wishes.splice(place, 0, { ...gone, touched: true });
      list.count++;
    }
  } else if (wish) {
    view.wishes = view.wishes.filter((one) => one != wish);
    const to = view.lists.find((one) => one.id == said.to);
    if (to && to != list) {
      list.count--;
      to.count++;
    } else {
      const before = view.wishes.findIndex((one) => one.isbn == said.before);
      view.wishes.splice(before < 0 ? view.wishes.length : before, 0, { ...wish, touched: true });
    }
  }
  return view;
}

// Says something else of a wish, in the place of what was said.
function alter(view, isbn, said) {
  view.wishes = view.wishes.map((wish) => (wish.isbn == isbn ? { ...wish, ...said } : wish));
}

function take(view, isbn, list) {
  const place = view.wishes.findIndex((wish) => wish.isbn == isbn);
  if (place < 0) return;
  view.gone[isbn] = [place, ...view.wishes.splice(place, 1)];
  if (list) list.count--;
}
