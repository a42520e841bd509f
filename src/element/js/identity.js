// Who the shopper is: asks the page, exchanges what it says for a session of ours, and speaks for the widgets
// that need one.
//
// Not part of the loader, and not loaded on pages without such a widget: app.js fetches it. The access token
// lives in this module's scope and nowhere else: not on `window`, not in storage, not in an address.
//
// A *source* gives the next session as the server tells it, or null when nobody is signed in. `identify` makes one of
// the page's callback. Our own login (login.js) is the other, for pages that do not call it.

import * as login from './login.js';

const DEADLINE = 20_000; // How long a page's callback or our server may take, in milliseconds.
const FILE_DEADLINE = 120_000; // The same for a file on its way.
const MARGIN = 30_000; // How long before its end a token is no longer used.
const LONGEST = 600_000; // The longest that a token is used, whatever this device's clock says.

const TRUSTED = 15_000; // How long a page that is looked at again trusts that the session goes on, in milliseconds.

let base; // The server's address, with a slash at its end.
let key; // The shop's public key.
let channel; // To this site's other tabs.

let source; // See above.
let shops; // Whether the page has said how to find out who it is.
let session; // What requests are sent with: `{ token, until, customer, credentials }`
let customer; // Who is shown as signed in, also while that is asked anew.
let last; // Whose drafts may be on this device: who was signed in last, as far as this page knows.
let underWay; // The promise of the next session: whoever needs one at the same time shares it.
let turn = 0; // Counts what makes the exchange under way worthless.
let standing = ['out', '']; // What the widgets show: a state and its reason.
let known; // Whether that was found out.
let entering; // Where the member centre is, while somebody goes there.
let trustedUntil; // As `performance.now()` tells it.
const watchers = new Set();

// What the page has said before this was here; see loader.js.
const { callback } = Bookplate;
delete Bookplate.callback;
Bookplate.identify = identify;
// A page that says that nobody is signed in has a login of its own all the same.
if (callback !== undefined) identify(callback);

// Says whose page this is. Called first of all, and again as often as one likes.
export function at(address, shop) {
  if (key) return;
  [base, key] = [address, shop];
  channel = new BroadcastChannel(`bookplate ${key}`);
  channel.onmessage = ({ data }) => data || forget('elsewhere');
  if (!shops) source = ours;
}

// Our own login as a source. Its cookie is sent along, and the server takes it from the shop's pages only.
const ours = () => login.next((body) => exchange(body, 'include'));

// `callback` returns the shop's identity token, or nothing while nobody is signed in at the shop; it may be
// asynchronous. Called again, it says that something may have changed: it is asked anew.
export function identify(callback) {
  shops = true;
  login.drop();
  source = callback && (() => vouched(callback));
  again();
}

// The session of whom the page vouches for.
async function vouched(callback) {
  for (let tries = 0; ; tries++) {
    const token = await within(callback());
    if (!token) return null;
    if (typeof token != 'string') throw Error('no identity token');
    try {
      return await exchange({ grant: 'identity_token', identity_token: token }, 'omit');
    } catch (refused) {
      if (refused.message != 'identity_replayed' || tries) throw refused;
      // Tokens tell whole seconds. One made in the second of signing out looks as if it were older.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
    }
  }
}

// Ends the session here, in all tabs, and on the server.
export async function signOut(address, shop) {
  at(address, shop);
  // One that has to be renewed first is asked for before what that takes is forgotten.
  const ending = isFresh(session) ? session : begin(source);
  // Nothing of the person is left here, whatever the network does.
  forget('asked');
  channel.postMessage('');
  try {
    const ended = await ending;
    if (ended) await send('DELETE', 'customer/sessions/current', ended.token, undefined, ended.credentials);
    // For the hosted pages on this very origin, which ask the server who is signed in.
    channel.postMessage('ended');
  } catch {
    // What cannot be ended now ends by itself within minutes.
  }
  if (!source) login.drop();
}

// Calls back with `(state, reason, customer)` now and whenever it changes; returns what ends that.
//
//   asking              whoever knows is being asked
//   in                  somebody is signed in: `customer` is JSON
//   out      ''         nobody is
//            'asked'    the shopper has signed out
//            'elsewhere'  likewise, in another tab
//            'ended'    the server knows the session no more
//   failed   ''         the page's callback failed, the server refused what it gave, or did not answer
//            'offline'  the device has no network
export function watch(callback) {
  watchers.add(callback);
  if (source && !session) current().catch(() => {});
  callback(...described());
  return () => watchers.delete(callback);
}

// Whether somebody is signed in, as soon as that is so; false once `signal` aborts.
export const somebody = (signal) =>
  new Promise((resolve) => {
    const stop = watch((state) => state == 'in' && resolve(true));
    signal.addEventListener('abort', () => (stop(), resolve(false)));
  });

// Sends a request as the customer, with a body as JSON text, with a file, or without any: the reply's text. Rejects with the text of a refusal; with nothing when there
// was no answer, or when nobody is signed in, or somebody else than `owner`, where that is said.
export async function call(method, path, body, owner) {
  let used = await current();
  for (let tries = 0; used; tries++) {
    if (owner && owner != used.customer.id) break;
    const reply = await send(method, path, used.token, body);
    const text = await reply.text();
    if (reply.ok) return text;
    if (reply.status != 401 || tries) throw text;
    // A session that somebody has ended stays ended. Any other fault of the token is mended by a new one.
    if (text.includes('session_ended')) {
      if (used == session) forget('ended');
      throw text;
    }
    if (used == session) session.until = 0;
    used = await current();
  }
  throw undefined;
}

// Gets a text file as the customer, and has the browser save it.
export async function save(path, name) {
  // The mark by which spreadsheets know UTF-8 is not part of the text, and was taken off.
  const file = new Blob(['\ufeff', await call('GET', path)], { type: 'text/csv' });
  const href = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href, download: name }).click();
  // Nothing tells when the browser has it.
  setTimeout(() => URL.revokeObjectURL(href), FILE_DEADLINE);
}

// What somebody wishes for: see wishlists.js.
let wishes;
export const wished = () => (wishes ??= import('./wishlists.js').then(({ open }) => open({ key, call, watch, ask })));

// What somebody writes to the shop: see feedback.js. After a failure the next call tries again.
let writing;
export const feedback = () =>
  (writing ??= import('./feedback.js').then(
    ({ open }) => open({ key, call, watch, ask }),
    (error) => {
      writing = undefined;
      throw error;
    },
  ));

// Sends a request as nobody in particular: the reply's text. Rejects as `call` does.
async function ask(method, path, body) {
  const reply = await send(method, path, undefined, body);
  const text = await reply.text();
  if (!reply.ok) throw text;
  return text;
}

// What the page around a widget can do and say: the attribute, and events that it may handle in its own way.
export function attached(root, signal) {
  const { host } = root;
  const attribute = 'identity-token';
  const read = () => identify(host.hasAttribute(attribute) && (() => host.getAttribute(attribute)));
  if ((!source || source == ours) && host.hasAttribute(attribute)) read();
  const observer = new MutationObserver(read);
  observer.observe(host, { attributeFilter: [attribute] });
  signal.addEventListener('abort', () => observer.disconnect());
  root.addEventListener(
    'click',
    (event) => {
      // With a modifier a link opens where the shopper wants it to open.
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      const link = event.target.closest('[data-tell], [data-enter]');
      if (!link || elsewhere) return;
      const { tell, detail } = link.dataset;
      if (tell ? !announce(host, tell, JSON.parse(detail ?? '{}'), true) || signIn(tell, link) : customer && enter(root, link))
        event.preventDefault();
    },
    { signal },
  );
}

// Opens our own login in a window, where the page has none and somebody would see what comes of it.
function signIn(tell, link) {
  if (tell != 'sign-in' || shops || !watchers.size) return false;
  return login.open(link.href, `bookplate-${key}`, () => {
    source = ours;
    again();
  });
}

// Goes to a page of the member centre, signed in there too: by a form, so that nothing is in an address. Where that
// cannot be, the link leads there all the same.
function enter(root, link) {
  entering = link.href;
  call('POST', 'customer/handovers').then(
    (reply) => {
      const { code } = JSON.parse(reply);
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: `${base}shops/${key}/member/enter`, hidden: true });
      const { lang } = link.closest('[lang]');
      for (const [name, value] of Object.entries({ code, to: link.dataset.enter, lang })) {
        const field = document.createElement('input');
        form.append(Object.assign(field, { type: 'hidden', name, value }));
      }
      root.append(form);
      addEventListener('pagehide', () => form.remove(), { once: true });
      form.submit();
    },
    () => customer && location.assign(entering),
  );
  return true;
}

// The page's policy refuses the form.
document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
  if (entering && effectiveDirective == 'form-action') location.assign(entering);
});

// Whether somebody is, or may turn out to be, signed in.
export const expected = () => !!source && (!known || standing[0] != 'out');

// A time in words, in the shopper's own zone: what is somebody's own is never rendered on the server.
export function moment(at, lang) {
  return new Date(at).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
}

// --- sessions ---------------------------------------------------------------------------------------

const isFresh = (session) => session?.until > Date.now() + MARGIN;

// A session that can be used, or null when nobody is signed in.
async function current() {
  if (isFresh(session)) return session;
  return source ? (underWay ??= next()) : null;
}

// Asks the source, and lets everybody know.
async function next() {
  const mine = turn;
  if (!customer) become('asking');
  let got, failed, error;
  try {
    got = await begin(source);
  } catch (caught) {
    [failed, error] = [true, caught];
  }
  // The page has said something else meanwhile, or the shopper has signed out.
  if (mine != turn) return current();
  underWay = undefined;
  if (got) {
    const before = customer?.id;
    session = got;
    customer = got.customer;
    // One person may follow the other without anybody having signed out.
    if (last && last != customer.id) forgetDrafts();
    last = customer.id;
    become('in');
    if (before != customer.id) announce(document, 'signed-in', {});
    return session;
  }
  if (!failed) {
    forget('', true);
    return null;
  }
  // For whoever wrote the page.
  console.warn('Bookplate:', error);
  if (/^(identity_(expired|replayed)|session_)/.test(error?.message)) forget('ended');
  // A session that only has to be renewed outlives a tunnel without network.
  else if (!session) {
    customer = undefined;
    become('failed', navigator.onLine ? '' : 'offline');
  }
  throw undefined;
}

// A new session from a source; null when it says that nobody is signed in.
async function begin(source) {
  const said = source && (await source());
  if (!said) return null;
  const now = Date.now();
  // A clock that is wrong must not make every request renew the token, nor use one for ever.
  const left = Math.min(Math.max(said.expires_at - now, 2 * MARGIN), LONGEST);
  const credentials = source == ours ? 'include' : 'omit';
  return { token: said.access_token, until: now + left, customer: said.customer, credentials };
}

// Posts what somebody shows for a session: what the server tells of it, or null when it stands for nobody. Rejects
// with the code of a refusal.
async function exchange(body, credentials) {
  const reply = await send('POST', 'sessions', undefined, JSON.stringify(body), credentials);
  if (reply.status == 204) return null;
  const said = await reply.json();
  if (!reply.ok) throw Error(said.code);
  return said;
}

// Begins anew: what was known may be wrong, or what failed may work now.
export function again() {
  turn++;
  underWay = undefined;
  if (!source) return forget('', true);
  // Until the source has answered nobody speaks as whoever it was, though what they see may stay.
  session = undefined;
  if (watchers.size) current().catch(() => {});
}

// Nobody is signed in any more. The source is not asked again on its own, unless it was itself that said so.
function forget(reason, keep) {
  turn++;
  underWay = undefined;
  if (!keep) {
    source = undefined;
    login.drop();
  }
  const had = last;
  session = customer = last = undefined;
  if (had || reason) {
    forgetDrafts();
    // What was not sent yet has an owner, who has not left just because a session or a token is too old.
    if (reason != 'ended') ['wishes', 'feedback'].forEach(forgetKept);
  }
  become('out', reason);
  if (had) announce(document, 'signed-out', { reason: reason || 'shop' });
}

// What somebody has begun to write is nobody else's business: see `widgets/src/reviews/desk/draft.rs`.
function forgetDrafts() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(`bookplate draft ${key} `)) localStorage.removeItem(name);
  } catch {
    // Where there is no storage, nothing is in it.
  }
}

// Likewise what they wish for, and what waits to be sent: see device.js.
function forgetKept(what) {
  const name = `bookplate ${what} ${key}`;
  try {
    localStorage.removeItem(name);
  } catch {
    // As above.
  }
  try {
    indexedDB.deleteDatabase(name);
  } catch {
    // As above.
  }
}

function become(...now) {
  standing = now;
  known = true;
  for (const watcher of [...watchers]) watcher(...described());
}

const described = () => [standing[0], standing[1] ?? '', customer ? JSON.stringify(customer) : ''];

// --- the page and the server -----------------------------------------------------------------------------

function announce(target, name, detail, cancelable) {
  const options = { bubbles: true, composed: true, cancelable, detail };
  return target.dispatchEvent(new CustomEvent(`bookplate-${name}`, options));
}

function within(promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(Error('no answer')), DEADLINE));
  return Promise.race([promise, late]);
}

function send(method, path, token, body, credentials = 'omit') {
  const address = new URL(`v1/${path}`, base);
  address.searchParams.set('key', key);
  const headers = {};
  if (token) headers.authorization = `Bearer ${token}`;
  const file = body && typeof body != 'string';
  if (file) headers['content-type'] = body.type.startsWith('image/') ? body.type : 'application/octet-stream';
  else if (body) headers['content-type'] = 'application/json';
  return fetch(address, {
    method,
    body,
    headers,
    credentials,
    cache: 'no-store',
    // Signing out goes on when the page goes.
    keepalive: method == 'DELETE',
    signal: AbortSignal.timeout(file ? FILE_DEADLINE : DEADLINE),
  });
}

addEventListener('online', () => standing[0] == 'failed' && again());

// A session may have ended where no message comes from: in the member centre, or on another device. Whoever looks at the
// page again sees at once that it has.
document.addEventListener('visibilitychange', () => {
  const now = performance.now();
  if (document.hidden || !session || trustedUntil > now) return;
  trustedUntil = now + TRUSTED;
  call('GET', 'customer').catch(() => {});
});

// A page that comes back from the browser's memory may show somebody who has signed out since.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted || !source) return;
  customer = undefined;
  again();
});
