// As a shop's own script: says how to find out who it is, before or after Bookplate's script has run, and notes
// what Bookplate says.

window.Bookplate ??= { identify: (callback) => (Bookplate.callback = callback) };

// A browser that refuses to store something.
const refuse = (name) => {
    const get = () => {
        throw new DOMException('refused', 'SecurityError');
    };
    Object.defineProperty(window, name, { get });
};
if (location.search.includes('no-database')) refuse('indexedDB');
if (location.search.includes('no-storage')) refuse('localStorage');

window.heard = [];
window.asked = 0;

const events = ['sign-in', 'signed-in', 'signed-out', 'buy', 'review', 'add-to-cart'];
for (const name of events) {
    document.addEventListener(`bookplate-${name}`, (event) => {
        const { type, bubbles, composed, cancelable, detail } = event;
        heard.push({ type, bubbles, composed, cancelable, detail });
        if (window.handles?.includes(name)) event.preventDefault();
    });
}

window.fetchToken = async () => {
    asked++;
    const reply = await fetch('/shop/bookplate-token', { cache: 'no-store' });
    return reply.status === 204 ? null : reply.text();
};

// Who it is, that it is nobody, or nothing.
if (location.search.includes('nobody')) Bookplate.identify(null);
else if (!location.search.includes('silent')) Bookplate.identify(fetchToken);
