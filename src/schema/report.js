/*
 * The filters of a comparison's page.  What is chosen stands in the address,
 * behind "#show?", so that it can be sent to somebody.
 */
(function () {
    'use strict';

    const form = document.getElementById('filters');
    const mark = '#show?';

    /* What is chosen, as it stands in the address. */
    function chosen() {
        const choice = new URLSearchParams();

        for (const [name, value] of new FormData(form))
            if (value !== '')
                choice.append(name, value);
        return choice;
    }

    function choose(choice) {
        for (const field of form.elements) {
            if (field.type === 'checkbox')
                field.checked = choice.getAll(field.name).includes(field.value);
            else if (field.name)
                field.value = choice.get(field.name) || '';
        }
    }

    /* Nothing chosen of a name is all of it. */
    function isChosen(choice, name, value) {
        const values = choice.getAll(name);

        return values.length === 0 || values.includes(value);
    }

    const findings = Array.from(document.querySelectorAll('.finding'), (item) => ({
        item: item,
        text: (item.closest('.group').querySelector('h3').textContent + ' ' +
            item.textContent).replace(/\s+/g, ' ').toLowerCase(),
    }));

    function isShown(finding, choice) {
        const words = (choice.get('text') || '').toLowerCase().split(/\s+/);

        return ['severity', 'verdict', 'kind', 'counts'].every((name) =>
            isChosen(choice, name, finding.item.dataset[name])) &&
            words.every((word) => finding.text.includes(word));
    }

    function hasShown(element) {
        return element.querySelector('.finding:not([hidden])') !== null;
    }

    /* What is found under a fold is of no use to one who looks for it. */
    function fold(filtered) {
        for (const others of document.querySelectorAll('.others')) {
            others.hidden = !hasShown(others);
            others.open = filtered && !others.hidden;
        }
        for (const group of document.querySelectorAll('.group'))
            group.hidden = !hasShown(group);
    }

    function show() {
        const choice = chosen();
        const filtered = choice.toString() !== '';
        let count = 0;

        for (const finding of findings) {
            finding.item.hidden = !isShown(finding, choice);
            count += finding.item.hidden ? 0 : 1;
        }
        fold(filtered);
        document.getElementById('shown').textContent =
            count + ' of ' + findings.length + ' shown';
        return choice;
    }

    function remember(choice) {
        const text = choice.toString();

        history.replaceState(null, '', text ? mark + text : '#');
    }

    /* Either a choice, or a place, which must be there to go to. */
    function follow() {
        const hash = location.hash;
        const target = document.getElementById(hash.slice(1));

        if (hash.startsWith(mark)) {
            choose(new URLSearchParams(hash.slice(mark.length)));
            show();
        } else if (target !== null && target.hidden) {
            choose(new URLSearchParams());
            show();
            target.scrollIntoView();
        }
    }

    /* The lines of the table that is pointed at. */
    function light(event) {
        const box = event.target.closest ? event.target.closest('.box') : null;

        for (const line of document.querySelectorAll('.line'))
            line.classList.toggle('lit', box !== null &&
                (line.dataset.from === box.id || line.dataset.to === box.id));
    }

    const svg = document.querySelector('svg');

    if (svg !== null)
        for (const name of ['pointerover', 'pointerleave', 'focusin', 'focusout'])
            svg.addEventListener(name, light);
    if (form === null)
        return;
    form.hidden = false;
    form.addEventListener('input', () => remember(show()));
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', (event) => {
        event.preventDefault();
        choose(new URLSearchParams());
        remember(show());
    });
    window.addEventListener('hashchange', follow);
    show();
    follow();
}());
