customElements.define('smoke-counter', class extends HTMLElement {
    connectedCallback() {
        const output = this.shadowRoot.querySelector('output');
        this.shadowRoot.querySelector('button').addEventListener('click', () => {
            output.textContent = Number(output.textContent) + 1;
        });
        this.dataset.ready = '';
    }
});
