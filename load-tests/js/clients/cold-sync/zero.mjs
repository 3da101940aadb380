export { sync } from '../../zero/sync.mjs';
