// Our own login, for pages whose shop has none: a source for identity.js.
//
// The customer signs in in a window of the server's own site. That window gives a code to the page that has opened
// it, the page exchanges the code for a session, and the session goes on
//
//   - by a refresh token in this module's scope, which is new at every use,
//   - on the shop's next page by a cookie that no script can read and that the browser keeps for this site alone.
//     Browsers that do not keep it ask for the window again, where one click is enough.

let opened; // The window.
let code; // What it has given, until that is exchanged.
let refresh; // The refresh token.
let doubtful; // It was sent and nothing came back: it may have been used.

// Opens the window to which `link`, the one to the page for signing in, belongs; false where the browser does not let
// us. Calls back once somebody has signed in there.
export function open(link, name, signedIn) {
  const address = new URL(link);
  address.pathname = address.pathname.replace(/[^/]*$/, 'connect');
  address.searchParams.set('for', location.origin);
  const mine = window.open(address, name, 'popup,width=480,height=760');
  if (!mine) return false;
  mine.focus();
  // The window of an earlier click is the same one.
  if (!opened)
    addEventListener('message', function listen({ origin, source, data }) {
      if (source != opened || origin != address.origin || typeof data?.handover != 'string') return;
      removeEventListener('message', listen);
      opened.close();
      opened = undefined;
      code = data.handover;
      signedIn();
    });
  opened = mine;
  return true;
}

// The next session, or null when nobody is signed in. `exchange` posts the body that asks for one.
export async function next(exchange) {
  if (code) {
    const body = { grant: 'handover', code, keep: 'partitioned' };
    code = '';
    return kept(await exchange(body));
  }
  const byCookie = () => exchange({ grant: 'partitioned_cookie' });
  const byToken = async () => {
    try {
      doubtful = true;
      return kept(await exchange({ grant: 'refresh_token', refresh_token: refresh }));
    } catch (refused) {
      if (!/^session_/.test(refused?.message)) throw refused;
      refresh = '';
      const said = await byCookie();
      if (!said) throw refused;
      return said;
    }
  };
  // A token that is used twice ends its session, so one that may have been used is the last resort.
  if (refresh && !doubtful) return byToken();
  return (await byCookie()) ?? (refresh ? byToken() : null);
}

function kept(said) {
  refresh = said.refresh_token;
  doubtful = false;
  return said;
}

// Keeps nothing of anybody.
export function drop() {
  code = refresh = '';
}
