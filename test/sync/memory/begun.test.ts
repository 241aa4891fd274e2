import { type BegunRun, begin, healthSeen } from '../../../src/sync/memory/begun';
import { type Health, newHealth } from '../../../src/sync/memory/health';

const MINUTE = 60_000;

interface State {
  readonly health: Health;
  readonly begun?: BegunRun | undefined;
}

const fresh: State = { health: newHealth };

/** Runs that began one after the other, none of which ended. */
const killed = (runs: number): State =>
  Array.from({ length: runs }).reduce<State>((state) => begin(state, 0, 'clock'), fresh);

test('a run stands in the state until it has ended', () => {
  expect(killed(1).begun).toEqual({ at: 0, trigger: 'clock', doing: 'reading', before: 0 });
  expect(killed(1).health).toBe(newHealth);
});

test('the next run finds that the last one never ended; the third stops the sync for it', () => {
  expect(killed(2)).toMatchObject({
    health: { state: 'healthy', failures: 1 },
    begun: { before: 1 },
  });
  const { health } = killed(3);
  expect(health).toMatchObject({ state: 'stopped', problem: { code: 'run.killed' } });
  expect(health.problem?.message).toContain('The last 2 runs did not end');
  expect(health.problem?.message).toContain('was reading the sheet and asking Lago');
});

test('a run that ended in between begins the count again', () => {
  const { begun: _, ...ended } = killed(2);
  expect(begin(begin(ended, 0, 'person'), 0, 'person').health.state).toBe('healthy');
});

test('whoever looks sees it once Google must have ended the run', () => {
  expect(healthSeen(killed(2), 6 * MINUTE).state).toBe('healthy');
  expect(healthSeen(killed(2), 8 * MINUTE)).toMatchObject({
    state: 'stopped',
    problem: { code: 'run.killed' },
  });
  expect(healthSeen(killed(1), 8 * MINUTE)).toMatchObject({ state: 'healthy', failures: 1 });
  expect(healthSeen(fresh, 8 * MINUTE)).toBe(newHealth);
});

test('what the last run was doing is named', () => {
  const state = killed(2);
  const sending = { ...state, begun: state.begun && { ...state.begun, doing: 'sending' as const } };
  expect(healthSeen(sending, 9 * MINUTE).problem?.message).toContain('was sending events');
});
