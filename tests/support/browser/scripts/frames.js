// Notes in `framesSeen` how the first match of a selector looks in each frame that is painted, each look once.
(selector) => {
    const seen = (window.framesSeen = []);
    const properties = ['display', 'columnGap', 'paddingTop', 'borderTopWidth', 'fontSize', 'listStyleType'];
    const find = (root) => {
        const roots = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? []);
        return root.querySelector(selector) ?? roots.map(find).find((found) => found);
    };
    const look = () => {
        const found = find(document);
        if (found) {
            const style = getComputedStyle(found);
            const words = properties.map((property) => `${property}: ${style[property]}`).join('; ');
            if (!seen.includes(words)) {
                seen.push(words);
            }
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}
