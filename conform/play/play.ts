import type { Outcome } from '../outcome';
import type { Scene } from '../scene';
import type { Target } from '../target';

export async function play(_scene: Scene, _target: Target): Promise<Outcome[]> {
  return [];
}
