// Checks the part of the page that the argument selects, against WCAG 2.2 AA and good practice.
const [context, done] = arguments;
axe.run(context, { resultTypes: ['violations'] }).then(
    ({ violations }) => done(violations.flatMap(({ id, impact, help, nodes }) =>
        nodes.map(({ target, failureSummary }) =>
            `${id} (${impact}): ${help}\n  at ${target.flat().join(' >>> ')}\n  ${failureSummary}`,
        )).join('\n')),
    (error) => done(`axe-core failed: ${error}`),
);
