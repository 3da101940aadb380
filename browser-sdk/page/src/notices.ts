import { byId, find, template } from './dom.ts';

export interface Notice {
  readonly text: string;
  /** `trouble` stays until it is dismissed and is read out at once. */
  readonly kind: 'news' | 'trouble';
  readonly action?: { readonly word: string; run(): void };
}

const NEWS_MS = 8_000;
const AT_MOST = 4;

export type Notify = (notice: Notice) => void;

/** Where the page speaks to the person, in a corner. */
export function notices(): Notify {
  const place = byId('notices', HTMLElement);
  const create = template('notice-row', HTMLElement);
  return ({ text, kind, action }) => {
    const same = [...place.children].find(
      (other) => other.querySelector('p')?.textContent === text,
    );
    same?.remove();
    const element = create();
    element.dataset.kind = kind;
    element.setAttribute('role', kind === 'trouble' ? 'alert' : 'status');
    find(element, 'p', HTMLElement).textContent = text;
    const remove = (): void => element.remove();
    find(element, '.icon-button', HTMLElement).addEventListener('click', remove);
    if (action !== undefined) {
      const button = find(element, '.notice-action', HTMLButtonElement);
      button.textContent = action.word;
      button.hidden = false;
      button.addEventListener('click', () => {
        remove();
        action.run();
      });
    }
    place.append(element);
    if (place.childElementCount > AT_MOST) place.firstElementChild?.remove();
    if (kind === 'news') setTimeout(remove, NEWS_MS);
  };
}
