import { writeFileSync } from 'node:fs';
import { PROBLEM_PAGE, problemPage } from './problem-page';

writeFileSync(PROBLEM_PAGE, problemPage());
