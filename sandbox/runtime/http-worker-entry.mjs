// Node 20 runs `--import` only in its main thread, so the worker registers tsx itself.
import { register } from 'tsx/esm/api';

register();
await import('./http-worker');
