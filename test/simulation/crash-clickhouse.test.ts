import { describeCrashes } from './crash-at-every-call';

describeCrashes('clickhouse');
