// What somebody wishes for: which hearts are full, what becomes of a tap, and what waits to be sent.
//
// A file of its own, for pages with a heart or a list: identity.js fetches it. One for all of them. What only lists need is in
// lists.js.
//
// Whoever is not signed in has the wishes on the device, from the first tap on. Whoever is has them on the server, and on
// the device only what has not been sent yet. All of it is one record, which is read and written as a whole, so that
// two tabs lose nothing:
//
//   wishes   of nobody in particular: `{ isbn }`, the latest first; with an `owner` what there was no room for in the
//            owner's list, to be tried again
//   changes  a customer's, in their order: `{ id, owner, method, path, body }`. Each is sent until there is an answer, by
//            one tab at a time, and can be repeated without doing more.
//
// At signing in, the first become one of the second in the same moment. From then on they are that customer's, even if
// they cannot be sent yet: whoever else signs in has them thrown away, and never sees them. Signing out removes
// everything (identity.js).

import { AGAIN, ELSEWHERE, alone, chance, keeping, passes, problemOf } from './device.js';

const MOST = 200; // Wishes of a guest, and books that are asked about at once; the server takes no more.
const SOON = 10; // How long to wait for other hearts of the page, in milliseconds.

let name; // Of what is kept on the device.
let channel; // To this site's other tabs.
let call; // Sends a request as the customer.
let core; // What lists.js works with.
let device; // What is kept there: see device.js.

let person; // Who is signed in: an id, or empty.
let settle;
let settled = new Promise((resolve) => (settle = resolve)); // Once it is known whether somebody is.
let turn = 0; // Counts what makes answers under way worthless.
const watchers = new Map(); // By ISBN, who shows it.
const hearts = new Map(); // By ISBN, whether it is wished for, as far as that is known.
const touched = new Map(); // By ISBN, how many taps are under way, which no older answer may undo.
const taps = new Map(); // By ISBN, how many there were, so that an answer from before one is known as such.
const answers = new Map(); // By change, who waits for its answer.
const shelves = new Set(); // Who shows a list: called with what became of a change, or with nothing where there is something new.
let refused; // Whose change, made on an earlier page, the server has not wanted, until there is another change.
let retry; // The timer until what had no answer is tried again.
let asking; // The timer until books are asked about.
let coming; // Whether all books will be asked about in a moment anyway.
let sending = Promise.resolve();

// Begins, with what identity.js knows. Returns what wasm works with.
export function open(identity) {
  ({ call } = identity);
  const late = () => !!person && refused == person;
  name = `bookplate wishes ${identity.key}`;
  device = keeping(name, 'wishes', () => ({ wishes: [], changes: [] }));
  const { lasts } = device;
  core = { call, ask: identity.ask, who: () => person, settled: () => settled, refused: late, update, make, send, keep, changed, shelves, lasts };
  channel = new BroadcastChannel(name);
  // Another tab tells what became of a change, or that something has changed.
  channel.onmessage = ({ data }) => {
    if (!data) return again();
    answers.get(data.id)?.(data.code);
    look(data);
    if (data.list) askAnew();
  };
  addEventListener('online', () => flush().then(again));
  // A page that comes back from the browser's memory may show somebody who has signed out since.
  addEventListener('pageshow', ({ persisted }) => persisted && person && begin(undefined));
  identity.watch(stands);
  return { watch, toggle, lists };
}

// What knows the lists: see lists.js.
const lists = () => import('./lists.js').then((module) => module.open(core));

const look = (sent) => shelves.forEach((shelf) => shelf(sent));

const update = (...change) => device.update(...change);

// Something is another way now, here and in other tabs.
function changed() {
  channel.postMessage('');
  again();
}

async function stands(state, reason, customer) {
  if (state == 'asking') return;
  const id = state == 'in' ? JSON.parse(customer).id : '';
  if (id == person) return;
  // Whoever has been here has gone, with everything; a session that is over is no signing out.
  if (reason != 'ended' && (person || reason)) device.forget();
  begin(id);
  if (id) await claim(id);
  coming = true;
  settle();
  if (id) await flush();
  coming = false;
  again();
}

// Somebody else uses the page from now on; with undefined it is not known who.
function begin(id) {
  person = id;
  turn++;
  if (id == undefined) settled = new Promise((resolve) => (settle = resolve));
  hearts.clear();
  taken.clear();
  for (const isbn of watchers.keys()) tell(isbn);
  look();
}

const again = () => (look(), askAnew());

const askAnew = () => refresh([...watchers.keys()]);

// Calls back with whether a book is wished for, undefined while that is not known; returns what ends that.
function watch(isbn, callback) {
  if (!watchers.has(isbn)) watchers.set(isbn, new Set());
  watchers.get(isbn).add(callback);
  callback(hearts.get(isbn));
  clearTimeout(asking);
  asking = setTimeout(() => refresh([...watchers.keys()].filter((isbn) => !hearts.has(isbn))), SOON);
  return () => {
    watchers.get(isbn)?.delete(callback);
    if (!watchers.get(isbn)?.size) watchers.delete(isbn);
  };
}

function tell(isbn) {
  for (const callback of [...(watchers.get(isbn) ?? [])]) callback(hearts.get(isbn));
}

function show(isbn, wished) {
  hearts.set(isbn, wished);
  tell(isbn);
}

// Asks about books, and shows what is answered.
async function refresh(isbns) {
  await settled;
  if (coming) return;
  const mine = turn;
  const before = new Map(taps);
  for (let at = 0; at < isbns.length; at += MOST) {
    const some = isbns.slice(at, at + MOST);
    const wished = new Set();
    try {
      if (person) {
        for (const isbn of JSON.parse(await call('GET', `customer/wishes?isbns=${some}`, undefined, person)).isbns) wished.add(isbn);
        // What has not been sent yet counts already.
        for (const { owner, method, path, body } of await update(({ changes }) => changes)) {
          const [, what, isbn] = path.split('/');
          if (owner != person || what != 'wishes') continue;
          if (isbn) wished[method == 'PUT' ? 'add' : 'delete'](isbn);
          else for (const { isbn } of JSON.parse(body).wishes) wished.add(isbn);
        }
      } else for (const { isbn, owner } of await update(({ wishes }) => wishes)) if (!owner) wished.add(isbn);
    } catch {
      return; // What is not known stays open; a tap says what comes of it.
    }
    if (mine != turn) return;
    for (const isbn of some) if (!touched.get(isbn) && taps.get(isbn) == before.get(isbn)) show(isbn, wished.has(isbn));
  }
}

// Wishes for a book, or does not any more. It shows at once, and is taken back when it is refused. What has come of it:
//
//   list, removed          it is the customer's
//   queued                 it will be sent when the server can be reached
//   device, memory         it is kept here, or only as long as this page is
//   wish_limit, guest_limit   there is no room
//   any other code         it was refused
async function toggle(isbn) {
  const wished = !hearts.get(isbn);
  touched.set(isbn, (touched.get(isbn) ?? 0) + 1);
  taps.set(isbn, (taps.get(isbn) ?? 0) + 1);
  show(isbn, wished);
  const mine = turn;
  const early = person == undefined;
  const become = early ? keepFirst(isbn, wished) : person ? sendHeart(isbn, wished) : keep(isbn, wished);
  const said = await become.catch(() => 'failed');
  touched.set(isbn, touched.get(isbn) - 1);
  const refused = !['list', 'removed', 'queued', 'device', 'memory'].includes(said);
  if (!touched.get(isbn)) {
    if (refused && mine == turn) show(isbn, !wished);
    // Who taps before it is known who that is sees it again once it is.
    else if (early && !refused && mine + 1 == turn) show(isbn, wished);
  }
  channel.postMessage('');
  look();
  return said;
}

// --- of nobody in particular ----------------------------------------------------------------------------

const taken = new Map(); // What was taken out on this page, with its place, to be had back.

async function keep(isbn, wished) {
  const said = await update(({ wishes }) => {
    const at = wishes.findIndex((wish) => wish.isbn == isbn);
    if (!wished) {
      if (at >= 0) taken.set(isbn, [at, ...wishes.splice(at, 1)]);
      return 'removed';
    }
    if (at >= 0) return 'device';
    if (wishes.length >= MOST) return 'guest_limit';
    const [place, wish] = taken.get(isbn) ?? [0, { isbn }];
    wishes.splice(place, 0, wish);
    return 'device';
  }, wished);
  return said == 'device' && !device.lasts() ? 'memory' : said;
}

// Before it is known who taps it is kept here, so that it outlives the page; whoever it turns out to be has claimed it then.
async function keepFirst(isbn, wished) {
  const said = await keep(isbn, wished);
  await settled;
  if (!person || said == 'guest_limit') return said;
  await flush();
  return (await update(({ changes }) => changes.length)) ? queued() : wished ? 'list' : 'removed';
}

// What was nobody's is this customer's from now on.
const claim = (owner) =>
  update((state) => {
    state.wishes = state.wishes.filter((wish) => !wish.owner || wish.owner == owner);
    const wishes = state.wishes.map(({ isbn, note }) => ({ isbn, note }));
    state.wishes = [];
    // What had no room before can come to what the device takes.
    while (wishes.length) {
      const body = JSON.stringify({ wishes: wishes.splice(-MOST) });
      state.changes.push({ ...make('POST', 'customer/wishes', body), owner });
    }
  });

// --- a customer's ------------------------------------------------------------------------------------------

const make = (method, path, body) => ({ id: chance(), owner: person, method, path, body });

// Has a change sent. What it was answered: nothing when it is done, `queued` or `memory` when it waits, else a code.
async function send(change) {
  const { id, owner } = change;
  const answer = new Promise((resolve) => answers.set(id, resolve));
  refused = undefined;
  await update((state) => void state.changes.push(change), true);
  // Behind all that was to be sent before.
  const waited = flush().then(async () => {
    if (await update(({ changes }) => changes.some((change) => change.id == id))) return queued();
    if (person != owner) return 'failed';
    // Another tab has sent it, and tells what it was answered.
    await new Promise((resolve) => setTimeout(resolve, ELSEWHERE));
    return '';
  });
  const code = await Promise.race([answer, waited]);
  answers.delete(id);
  return code;
}

const sendHeart = async (isbn, wished) =>
  (await send(make(wished ? 'PUT' : 'DELETE', `customer/wishes/${isbn}`))) || (wished ? 'list' : 'removed');

const queued = () => (device.lasts() ? 'queued' : 'memory');

// Sends what waits, one after the other; ends when nothing waits or there is no answer.
const flush = () => (sending = sending.then(() => alone(name, drain)).catch(() => {}));

async function drain() {
  for (;;) {
    const owner = person;
    if (!owner) return;
    const next = await update((state) => {
      state.changes = state.changes.filter((change) => change.owner == owner);
      return state.changes[0];
    });
    if (!next) return;
    let code = '';
    let left = [];
    try {
      const said = await call(next.method, next.path, next.body, owner);
      left = (said && JSON.parse(said).left_out) || [];
    } catch (refusal) {
      const problem = problemOf(refusal);
      // It is not the change's fault.
      if (passes(problem)) {
        clearTimeout(retry);
        retry = setTimeout(flush, AGAIN);
        return;
      }
      ({ code } = problem);
      // Nobody is there any more who would be told, so it is kept, as what a guest brings.
      const [, what, isbn] = next.path.split('/');
      if (code == 'wish_limit' && what == 'wishes' && !answers.has(next.id)) left = [isbn];
    }
    await update((state) => {
      state.changes = state.changes.filter(({ id }) => id != next.id);
      // There was no room: perhaps there is later.
      for (const isbn of left) if (!state.wishes.some((wish) => wish.isbn == isbn)) state.wishes.push({ isbn, owner });
    });
    // What is done to a list can fill a heart, or empty it; and with a wish for any edition go the hearts of the others.
    const others = next.method == 'DELETE' && watchers.size > 1;
    const sent = { id: next.id, code, list: others || next.path.startsWith('customer/wishlists') };
    if (answers.has(next.id)) answers.get(next.id)(code);
    else if (code || left.length) {
      if (!left.length) refused = owner;
      again();
    }
    look(sent);
    if (sent.list) askAnew();
    channel.postMessage(sent);
  }
}
