// Answers true once CONDITION is, or what it was when the time given as the argument had passed.
const [time, done] = arguments;
const end = performance.now() + time;
const look = () => {
    let last;
    try {
        last = CONDITION;
        if (last) return done(true);
    } catch (error) {
        last = error;
    }
    if (performance.now() > end) return done(String(last));
    // A hidden or idle page may have no frames, so a timer stands by.
    let asked = false;
    const again = () => {
        if (asked) return;
        asked = true;
        look();
    };
    requestAnimationFrame(again);
    setTimeout(again, 50);
};
look();
