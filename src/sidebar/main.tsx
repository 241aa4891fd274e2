import { render } from 'preact';
import { parsedJson } from '../value/json';
import { App } from './app';
import { handover } from './server/server';

handover.kept = parsedJson(decodeURIComponent(document.body.dataset['kept'] ?? ''));
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
