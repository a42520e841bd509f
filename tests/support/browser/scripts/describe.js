// The page's address, title and visible text, with shadow roots in place of their hosts' content.
const skipped = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'LINK', 'HEAD']);
const lines = [];
const walk = (node, indent) => {
    for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) {
            const text = child.data.trim();
            if (text) lines.push(indent + text);
        } else if (child.nodeType === Node.ELEMENT_NODE && !skipped.has(child.tagName)) {
            const isWidget = child.tagName.includes('-');
            if (isWidget) lines.push(`${indent}<${child.localName}>`);
            const inside = child.shadowRoot ?? child;
            walk(inside, isWidget ? `${indent}  ` : indent);
        }
    }
};
walk(document, '');
return `${location.href} "${document.title}"\n${lines.join('\n').slice(0, 6000)}`;
