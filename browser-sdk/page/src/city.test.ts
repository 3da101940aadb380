import { describe, expect, it } from 'vitest';
import { fieldFault, normalized } from './city.ts';

describe('degrees', () => {
  it.each(['0', '-90', '48.85341', '+1.5', '2,5', '−3'])('may be %s', (text) => {
    expect(fieldFault('lat', normalized('lat', text))).toBe('');
  });

  it.each(['', '90.1', '0x10', '1e1', '1.', 'Infinity', 'north'])('may not be %s', (text) => {
    expect(fieldFault('lat', normalized('lat', text))).not.toBe('');
  });
});
