// Adds up all layout shifts since the page was opened.
const [done] = arguments;
// Two frames, so that what has just been laid out is reported as well.
requestAnimationFrame(() => requestAnimationFrame(() => {
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: 'layout-shift', buffered: true });
    done(observer.takeRecords().reduce((sum, { value }) => sum + value, 0));
}));
