/* The numbers in a cell's form (PROTOCOL section 3). */

export const VALUE: number = 1;
export const FIELDS: number = 2;
export const OR: number = 3;
export const COUNTER: number = 4;
export const PRESENT: number = 1;
export const EXPIRES: number = 2;
export const IDLES: number = 4;
