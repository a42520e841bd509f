customElements.define('smoke-counter', class extends HTMLElement {
    connectedCallback() {
        const output = this.shadowRoot.querySelector('output');
        this.shadowRoot.querySelector('button').addEventListener('click', () => {
            output.textContent = Number(output.textContent) + 1;
        });
        this.dataset.ready = '';
    }
});

// The smallest module there is: its head and nothing else.
const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const note = (word) => { document.body.dataset.wasm = word; };
// Not `compile`: WebKit lets a policy refuse the instance only.
WebAssembly.instantiate(empty).then(() => note('ran'), () => note('refused'));
