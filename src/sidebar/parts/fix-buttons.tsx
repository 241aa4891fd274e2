import type { Fix } from '../../rpc/contract';
import { Button } from './button';

interface FixButtonsProps {
  /** Changes of the template; nothing is shown if there are none. */
  readonly fixes: readonly Fix[];
  /** Applies one of them; undefined if the template cannot be edited here. */
  readonly onFix: ((fix: Fix) => void) | undefined;
}

/** A button for each change that would repair a problem. */
export function FixButtons({ fixes, onFix }: FixButtonsProps) {
  if (fixes.length === 0) return null;
  return (
    <div class="buttons">
      {fixes.map((fix) => (
        <Button key={fix.label} onClick={() => onFix?.(fix)}>
          {fix.label}
        </Button>
      ))}
    </div>
  );
}
