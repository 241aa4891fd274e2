import { describeFirstRun } from './first-run';

describe('a first run of 250 rows on clickhouse', () => describeFirstRun('clickhouse'));
