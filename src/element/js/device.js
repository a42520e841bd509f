// What is kept on the device for the pages of this site, and how what waits there is sent: what wishlists.js and feedback.js
// share.

// One record in `store` of the database `name`, which is read and written as a whole, so that two tabs lose nothing; as
// `nothing()` makes it where there is none. Where databases are refused it is in local storage, without files, and where that is
// refused too, it lasts as long as the page.
export function keeping(name, store, nothing) {
  let memory; // What is kept nowhere else.

  // Where it is kept. Each reads it, has `change` work on it, writes it, and gives what `change` returned. Where there is
  // nothing, only with `create` there is something afterwards.
  const inDatabase = async (change, create) => {
    // To open one makes it, and not every browser takes that back with the transaction.
    if (!create && indexedDB.databases && !(await indexedDB.databases()).some((known) => known.name == name)) return change(nothing());
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(name);
      let absent;
      opening.onupgradeneeded = () => {
        absent = !create;
        if (create) opening.result.createObjectStore(store);
        else opening.transaction.abort();
      };
      opening.onerror = (event) => {
        // That it was given up is no fault of the page's.
        event.preventDefault();
        if (absent) resolve(change(nothing()));
        else reject(opening.error);
      };
      opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction(store, 'readwrite');
        const records = transaction.objectStore(store);
        const reading = records.get('');
        let result;
        reading.onsuccess = () => {
          const state = reading.result ?? nothing();
          result = change(state);
          records.put(state, '');
        };
        transaction.oncomplete = () => {
          database.close();
          resolve(result);
        };
        transaction.onabort = () => {
          database.close();
          reject(transaction.error);
        };
      };
    });
  };

  const inStorage = (change, create) => {
    const kept = localStorage.getItem(name);
    const state = kept ? JSON.parse(kept) : nothing();
    const result = change(state);
    if (kept || create) localStorage.setItem(name, JSON.stringify(state));
    return result;
  };

  const inMemory = (change) => change((memory ??= nothing()));

  let where = inDatabase;

  // Where one place is refused the next one is used, for as long as the page lives.
  async function updateNow(change, create) {
    for (;;) {
      const tried = where;
      try {
        return await tried(change, create);
      } catch (error) {
        if (tried == inMemory) throw error;
        // Somebody else may have moved on meanwhile.
        if (where == tried) where = tried == inDatabase ? inStorage : inMemory;
      }
    }
  }

  // One after the other, so that none misses what the one before makes.
  let updated = Promise.resolve();
  return {
    update: (change, create) => (updated = updated.catch(() => {}).then(() => updateNow(change, create))),
    // Whether it outlives the page, and whether files in it do.
    lasts: () => where != inMemory,
    filesLast: () => where == inDatabase,
    forget: () => (memory = undefined),
  };
}

// Has one tab at a time work on what is kept. Where nothing may be stored a browser refuses locks too.
export const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, work).catch(work) : work());

// A refusal, from what identity.js has rejected with; without a status where there was no answer.
export function problemOf(refusal) {
  try {
    return JSON.parse(refusal) ?? {};
  } catch {
    return {};
  }
}

// Whether what was sent is not to blame, so that it may be taken later.
export const passes = ({ status }) => !status || [401, 408, 429].includes(status) || status >= 500;

// When to try again what had no answer, and how long to wait for what another tab was answered, in milliseconds.
export const AGAIN = 30_000;
export const ELSEWHERE = 1_000;

export const chance = () => Date.now().toString(36) + Math.random().toString(36).slice(2);
