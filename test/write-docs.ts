import { writeFileSync } from 'node:fs';
import { LAGO_PAGE, lagoPage } from './lago-fake/lago-page';
import { PROBLEM_PAGE, problemPage } from './problem/problem-page';
import { PLATFORM_PAGE, platformPage } from './runtime/platform-page';

writeFileSync(PROBLEM_PAGE, problemPage());
writeFileSync(PLATFORM_PAGE, platformPage());
writeFileSync(LAGO_PAGE, lagoPage());
