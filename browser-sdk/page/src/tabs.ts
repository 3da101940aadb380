import { find } from './dom.ts';

/** On a phone one part is shown at a time. */
export function tabs(): void {
  const main = find(document, 'main', HTMLElement);
  const bar = find(document, '.tabs', HTMLElement);
  const buttons = [...bar.querySelectorAll('button')];
  bar.addEventListener('click', ({ target }) => {
    const chosen = buttons.find((button) => button === target);
    if (chosen?.dataset.view === undefined) return;
    main.dataset.view = chosen.dataset.view;
    for (const button of buttons) button.setAttribute('aria-pressed', String(button === chosen));
  });
}
