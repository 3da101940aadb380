import { CITY_FIELDS, type City, countryName, fieldFault, normalized } from './city.ts';
import { byId, find } from './dom.ts';

/** The form for a new city. */
export function cityDialog(add: (city: City) => void): void {
  const dialog = byId('city-dialog', HTMLDialogElement);
  const form = byId('city-form', HTMLFormElement);
  byId('add-city', HTMLButtonElement).addEventListener('click', () => {
    fillCountryCodes();
    dialog.showModal();
  });
  byId('city-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());
  form.addEventListener('input', (event) => {
    if (event.target instanceof HTMLInputElement) event.target.setCustomValidity('');
  });
  form.addEventListener('submit', (event) => {
    const [name, country, lat, lng] = CITY_FIELDS.map((field) => {
      const input = find(form, `[name=${field}]`, HTMLInputElement);
      const text = normalized(field, input.value);
      input.setCustomValidity(fieldFault(field, text));
      return text;
    });
    if (!form.reportValidity()) {
      event.preventDefault();
      return;
    }
    if (name && country && lat && lng) add({ name, country, admin1: '', admin2: '', lat, lng });
    form.reset();
  });
  form.noValidate = true;
}

/** All codes that have a name, once somebody may need them. */
export function fillCountryCodes(): void {
  const list = byId('country-codes', HTMLDataListElement);
  if (list.childElementCount > 0) return;
  for (let first = A; first < A + 26; first++) {
    for (let second = A; second < A + 26; second++) {
      const code = String.fromCharCode(first, second);
      const name = countryName(code);
      if (name !== code) list.append(new Option(name, code));
    }
  }
}

const A = 0x41;
