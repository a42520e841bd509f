// What shoppers write to the shop: what they have begun, what waits to be sent, and what has become of it.
//
// A file of its own, for pages with `<bookplate-feedback>`: identity.js fetches it. One for all of them.
//
// What is being written is in local storage after every key, so that it is there however the page ends; its photos, and all that
// waits to be sent, are one record on the device (device.js):
//
//   photos   by draft: `[{ key, name, type, bytes, sent, code }]`; `sent` is what the server has of it and whose it is there, `code`
//            why it takes none of it. As bytes, because not every browser lets files in (WebKit in private windows)
//   cases    in their order: `{ id, owner, text, body, photos }`. Each is sent until there is an answer, by one tab at a time. What
//            names its draft (`id`) is made up when writing begins; the server takes that once, however often it is sent. Whose it
//            is (an id, empty for nobody's) is settled before it is sent for the first time. One with a `code` was refused, and
//            waits for its writer.
//   taken    what the server has taken while nobody looked: `{ id, kind, code, case, left_out }`, until somebody has seen it
//
// Signing out removes everything (identity.js).

import { AGAIN, ELSEWHERE, alone, chance, keeping, passes, problemOf } from './device.js';

let name; // Of what is kept on the device.
let device;
let channel; // To this site's other tabs.
let key; // The shop's public key.
let call; // Sends a request as the customer,
let ask; // and as nobody in particular.

let person; // Who is signed in: an id, or empty; undefined while that is not known.
let sending; // What is on its way.
let retry; // The timer until what had no answer is tried again.
let flushing = Promise.resolve();
const desks = new Set(); // Who shows it.
const answers = new Map(); // By draft, who waits for its answer.
const uploads = new Set(); // The keys of photos that are on their way.

// Begins, with what identity.js knows. Returns what wasm works with.
export function open(identity) {
  ({ key, call, ask } = identity);
  name = `bookplate feedback ${key}`;
  device = keeping(name, 'feedback', () => ({ photos: {}, cases: [], taken: [] }));
  channel = new BroadcastChannel(name);
  // Another tab tells what became of a case, or that something has changed.
  channel.onmessage = ({ data }) => {
    if (data) settle(data, true);
    else desks.forEach((desk) => desk.show());
  };
  addEventListener('online', flush);
  identity.watch(stands);
  return { desk };
}

const update = (...change) => device.update(...change);

async function stands(state, reason, customer) {
  if (state == 'asking') return;
  // Without network nobody can tell; who then turns out to be there has written it.
  const id = state == 'in' ? JSON.parse(customer).id : state == 'failed' && !navigator.onLine ? undefined : '';
  const before = person;
  person = id;
  if (before && id !== undefined && before != id && reason != 'ended') {
    device.forget();
    desks.forEach((desk) => desk.leave());
  }
  // What somebody else has left here is not theirs.
  if (id) {
    desks.forEach((desk) => desk.meet(id));
    await update((data) => void (data.cases = data.cases.filter(({ owner }) => !owner || owner == id)));
  }
  desks.forEach((desk) => (desk.upload(), desk.show()));
  flush();
}

// Something is another way now, here and in other tabs.
function changed() {
  channel.postMessage('');
  desks.forEach((desk) => desk.show());
}

// --- sending --------------------------------------------------------------------------------------------

// Sends what waits, one after the other; ends when nothing waits or there is no answer.
const flush = () => (flushing = flushing.then(() => alone(name, drain)).catch(() => {}));

async function drain() {
  clearTimeout(retry);
  for (;;) {
    if (person === undefined) return;
    const next = await update(({ cases }) => {
      const found = cases.find(({ owner, code }) => !code && (!owner || owner == person));
      if (found) found.owner ??= person;
      return found;
    });
    if (!next) return;
    sending = next.id;
    changed();
    let said;
    try {
      said = { taken: await deliver(next) };
    } catch (refusal) {
      const problem = problemOf(refusal);
      if (passes(problem)) retry = setTimeout(flush, AGAIN);
      else said = { code: problem.code, fields: fieldsOf(problem) };
    }
    sending = undefined;
    if (!said) return changed();
    const waited = answers.has(next.id);
    await update((data) => {
      if (said.taken || waited) data.cases = data.cases.filter(({ id }) => id != next.id);
      else Object.assign(data.cases.find(({ id }) => id == next.id) ?? {}, said);
      if (said.taken && !waited) data.taken.push(said.taken);
    });
    const news = { id: next.id, text: next.text, photos: next.photos, ...said };
    settle(news);
    channel.postMessage(news);
    changed();
  }
}

// What became of a case, for who waits for it; `elsewhere` is whether another tab has sent it.
function settle({ id, text, photos, ...said }, elsewhere) {
  const answer = answers.get(id);
  answer?.({ photos, ...said });
  // It was kept for nobody in particular.
  if (answer && elsewhere) update((data) => void forgetCase(data, id)).then(changed);
  if (said.taken) desks.forEach((desk) => desk.gone(id, text));
  desks.forEach((desk) => desk.show());
}

function forgetCase(data, id) {
  data.cases = data.cases.filter((one) => one.id != id);
  data.taken = data.taken.filter((one) => one.id != id);
}

// The names of the fields that a problem is about.
const fieldsOf = ({ field, others = [] }) => [field, ...others.map((other) => other.field)].filter(Boolean);

// Sends a case with its photos; what it has become. Rejects with a refusal.
async function deliver({ id, owner, body, photos }) {
  const post = (path, content) => (owner ? call('POST', `customer/${path}`, content, owner) : ask('POST', path, content));
  for (let tries = 0; ; tries++) {
    for (const photo of photos) {
      if (photo.code || photo.sent?.owner == owner) continue;
      await send(photo, owner);
      await update(({ cases }) => {
        const kept = cases.find((one) => one.id == id)?.photos.find((one) => one.key == photo.key);
        if (kept) Object.assign(kept, { sent: photo.sent, code: photo.code });
      });
    }
    const there = photos.filter(({ code }) => !code);
    const content = { ...JSON.parse(body), draft: id, photos: there.map(({ sent }) => sent.id) };
    try {
      const said = JSON.parse(await post('feedback', JSON.stringify(content)));
      const { kind, id: made } = said.case ?? said;
      return { id, kind, code: said.code ?? '', case: said.code ? undefined : made, left_out: photos.length - there.length };
    } catch (refusal) {
      if (problemOf(refusal).code != 'photo_not_found' || tries > 1) throw refusal;
      // The server keeps a photo for a day, until a message names it. Once it is sent again; then the message goes without.
      for (const photo of there) {
        if (tries || !fileOf(photo)) photo.code = 'photo_not_found';
        photo.sent = undefined;
      }
    }
  }
}

const files = new Map(); // The files of this page's photos, where the device does not keep any.

const fileOf = ({ key, type, bytes }) => (bytes instanceof ArrayBuffer ? new Blob([bytes], { type }) : files.get(key));

// Sends a photo, and notes in it what became of that. Rejects where there is no answer.
async function send(photo, owner) {
  const file = fileOf(photo);
  try {
    if (!file) throw '{"status":404,"code":"photo_not_found"}';
    const said = await (owner ? call('POST', 'customer/photos', file, owner) : ask('POST', 'feedback/photos', file));
    const { id, thumbnail } = JSON.parse(said);
    photo.sent = { id, thumbnail, owner };
  } catch (refusal) {
    const problem = problemOf(refusal);
    if (passes(problem)) throw refusal;
    photo.code = problem.code;
  }
}

// --- one element --------------------------------------------------------------------------------------------

// 128 random bits, as the server wants the name of a draft.
const made = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

// One element, which writes about `place` (its book and order). Calls back with what it shows, as JSON, now and whenever that
// changes.
function desk(place, callback) {
  const item = `bookplate draft ${key} feedback ${place}`;
  let draft = { id: '', text: '' };
  let turn = 0; // Counts what was put into the form.
  let told; // What was called back with last.
  let needless; // The draft that an article has answered last, and its photos.
  let held; // The style sheet that keeps the page behind a dialog from scrolling.

  try {
    const kept = JSON.parse(localStorage.getItem(item) ?? 'null');
    if (kept) [draft, turn] = [kept, 1];
  } catch {
    // Where there is no storage, nothing is in it.
  }

  function keep() {
    try {
      if (draft.id) localStorage.setItem(item, JSON.stringify(draft));
      else localStorage.removeItem(item);
    } catch {
      // Then it lasts as long as the page.
    }
  }

  // Puts something else into the form.
  function put(next = { id: '', text: '' }) {
    draft = next;
    turn++;
    keep();
  }

  const own = {
    async show() {
      const { photos, cases, taken } = await update((data) => data);
      const owned = cases.filter(({ owner }) => !owner || owner == person);
      const shown = (one) => ({ id: one.id, kind: JSON.parse(one.body).kind });
      const shows = JSON.stringify({
        turn,
        text: draft.text,
        page: location.origin + location.pathname,
        photos: (photos[draft.id] ?? []).map(({ key, name, sent, code = '' }) => ({
          key,
          name,
          state: code ? 'refused' : sent ? 'sent' : uploads.has(key) ? 'sending' : 'kept',
          thumbnail: sent?.thumbnail ?? '',
          code,
        })),
        // What was sent just now is told by what waits for its answer.
        waiting: owned.filter(({ id, code }) => !code && !answers.has(id)).map((one) => ({ ...shown(one), sending: one.id == sending })),
        refused: owned.filter(({ code }) => code).map(shown),
        taken,
        lasts: device.lasts(),
        files_last: device.filesLast(),
      });
      if (shows != told) callback((told = shows));
    },

    // A case was taken: it is not in the form any more. What was written after it was sent is another one.
    gone(id, text) {
      if (draft.id != id) return;
      if (draft.text == text) put();
      else draft.id = made();
      keep();
    },

    // Whoever has written here has left,
    leave: () => put(),

    // or is somebody else.
    meet: (id) => draft.by && draft.by != id && put(),

    // Sends photos, where it is known who sends them.
    async upload() {
      if (person === undefined || !draft.id) return;
      const { id } = draft;
      const photos = await update((data) => data.photos[id] ?? []);
      for (const photo of photos.filter(({ key, sent, code }) => !sent && !code && !uploads.has(key))) {
        uploads.add(photo.key);
        own.show();
        send(photo, person)
          // It goes along with the message then.
          .catch(() => {})
          .then(() =>
            update(({ photos }) => {
              const kept = photos[id]?.find(({ key }) => key == photo.key);
              if (kept) Object.assign(kept, { sent: photo.sent, code: photo.code });
            }),
          )
          .then(() => uploads.delete(photo.key) && own.show());
      }
    },
  };

  function begin() {
    if (!draft.id) draft = { id: made(), text: draft.text };
    return draft.id;
  }

  const deeds = {
    // What stands in the form now.
    keep(text) {
      begin();
      draft.text = text;
      draft.by = person || draft.by;
      keep();
    },

    async add(_, list) {
      const id = begin();
      keep();
      const kept = async (file) => {
        const { name, type } = file;
        const key = chance();
        files.set(key, file);
        return { key, name, type, bytes: await file.arrayBuffer() };
      };
      const more = await Promise.all(Array.from(list, kept));
      await update(({ photos }) => void (photos[id] = [...(photos[id] ?? []), ...more]), true);
      await own.show();
      own.upload();
    },

    async remove(photo) {
      await update(({ photos }) => void (photos[draft.id] = photos[draft.id]?.filter(({ key }) => key != photo)));
      await own.show();
    },

    // Throws away what stands in the form.
    async discard() {
      const { id } = draft;
      put();
      await update(({ photos }) => void delete photos[id]);
      await own.show();
    },

    // Sends what stands in the form, of which the case without draft and photos is `body`. It is kept before it is sent.
    async send(body) {
      const id = begin();
      const { text } = draft;
      const answer = new Promise((resolve) => answers.set(id, resolve));
      await update((data) => {
        const photos = (data.photos[id] ?? []).filter(({ code }) => !code);
        delete data.photos[id];
        data.cases = [...data.cases.filter((one) => one.id != id), { id, owner: person, text, body, photos }];
      }, true);
      const waited = flush().then(async () => {
        if (await update(({ cases }) => cases.some((one) => one.id == id && !one.code))) return { waits: true };
        // Another tab has sent it, and tells what it was answered.
        await new Promise((resolve) => setTimeout(resolve, ELSEWHERE));
        return { waits: true };
      });
      const { photos, ...said } = await Promise.race([answer, waited]);
      answers.delete(id);
      if (said.code) {
        // It stays in the form, to be mended. With other words than what was sent by this name before it is another one.
        if (said.code == 'draft_conflict') draft.id = made();
        if (photos.length) await update((data) => void (data.photos[draft.id] = photos));
        keep();
      } else own.gone(id, text);
      changed();
      return JSON.stringify({ waits: false, code: '', fields: [], ...said });
    },

    // What of the shop's articles fits `text`, as JSON; nothing where there is no answer.
    seek: (text, lang) => ask('POST', 'faq/search', JSON.stringify({ text, lang })).catch(() => {}),

    pause: (_, milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),

    // An article has answered it. It is counted if it can be; its writer has nothing from waiting for that.
    async answered(article) {
      const { id } = draft;
      if (!id) return;
      ask('POST', `faq/${article}/answered`, JSON.stringify({ draft: id })).catch(() => {});
      needless = { draft };
      put();
      await update(({ photos }) => {
        needless.photos = photos[id];
        delete photos[id];
      });
      changed();
    },

    // Not quite, after all.
    async putBack() {
      if (!needless || draft.text) return;
      const { draft: kept, photos } = needless;
      needless = undefined;
      if (photos) await update((data) => void (data.photos[kept.id] = photos), true);
      put(kept);
      changed();
    },

    // Puts what was refused into the form again; what stands there is thrown away, as its writer was asked.
    async again(id) {
      const found = await update((data) => {
        const one = data.cases.find((one) => one.id == id);
        data.cases = data.cases.filter((other) => other != one);
        delete data.photos[draft.id];
        if (one) data.photos[id] = one.photos;
        return one;
      });
      if (found) put({ id: found.code == 'draft_conflict' ? made() : id, text: found.text });
      changed();
    },

    // Somebody has seen what became of it.
    async dismiss(id) {
      await update((data) => void forgetCase(data, id));
      changed();
    },

    // Into the clipboard: whether that was possible. Where it is not, `element` is selected for who copies by hand.
    async copy(text, element) {
      try {
        await navigator.clipboard.writeText(text);
        return 'copied';
      } catch {
        getSelection().selectAllChildren(element);
        return '';
      }
    },

    // A dialog is open: the page behind it does not scroll, and keeps the width that it has.
    hold() {
      const { clientWidth } = document.documentElement;
      held ??= new CSSStyleSheet();
      held.replaceSync(`html{overflow:hidden!important;${innerWidth > clientWidth ? 'scrollbar-gutter:stable!important' : ''}}`);
      document.adoptedStyleSheets.push(held);
    },

    release() {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet != held);
    },

    close() {
      deeds.release();
      desks.delete(own);
    },
  };

  desks.add(own);
  own.show().then(own.upload);
  flush();
  return { tell: async (what, text, value) => deeds[what](text, value) };
}
